"""Reading what strangers wrote, in processes that may spend only so much and can be lost without loss.

`pool` asks: it starts processes, hands out questions, ends those that overrun. `cell` answers: a fresh
interpreter under limits, without network, environment or memory of ours. `wire` is what goes between the
two: framed bytes, in which nothing can be run.
"""

from builder.quarantine.pool import Limits, Quarantine

__all__ = ["Limits", "Quarantine"]
