"""Asking a language model: one call shape, two protocols, an account of the costs, answers that are kept.

talk (nouns) → forms (question ⇄ JSON of a protocol) → endpoint (HTTP); meter and kept answers around it
"""
