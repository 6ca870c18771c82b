"""Asking a language model: one call shape, two protocols, an account of what it costs, and a memory.

talk (the nouns) → forms (question ⇄ JSON of a protocol) → endpoint (HTTP), with meter and kept answers around it
"""
