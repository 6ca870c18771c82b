"""A built site put where readers are.

    built                           the files of the site, as the record of the build tells them
    place                           where it goes: a folder, a branch, a bucket, or what a plug-in brings
    | changes                       which files are new there, which stand, which are to go
    | carry_out                     what pages need first, then pages, then what leads to them; deletions last

A place is asked what stands there, and nothing is remembered elsewhere: the record of the build is deployed
with the site, last, and says next time which of the files are ours. Foreign ones are never touched.
"""
