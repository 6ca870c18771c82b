"""Newsletters that were made elsewhere: export → posts → files of ours.

    tree                      a folder or a zip archive, as names and bytes
    hugo jekyll substack buttondown    tree → posts, and what cannot be taken
    front hypertext permalinks         foreign front matter, HTML → Markdown, old addresses
    placing                   posts → editions, items and pages

Nothing of an export is published that was not, and what is not taken is told.
"""
