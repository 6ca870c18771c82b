"""An edition → a letter → a mailbox, once.

letter (edition → subject, HTML, text) → preflight (what is wrong with it) → mime (letter → message) → senders
(who takes it) → send (in order, and on record in ledger).
"""
