"""An edition → a letter → a mailbox, once.

letter (edition → subject, HTML, text) → preflight (what is wrong) → mime (letter → message) → send, and what
became of it: record in the edition, ledger by reader; by smtp, or by a service of senders.
"""
