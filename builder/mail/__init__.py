"""An edition → a letter → a mailbox, once.

letter (edition → subject, HTML, text) → preflight (what is wrong with it) → mime (letter → message) → send (in order,
and on record: record in the edition, ledger by reader) → smtp, or a service of senders.
"""
