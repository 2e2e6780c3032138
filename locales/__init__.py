"""How it is said: one Speaker a language, read from the catalogues beside this file."""

from locales.speaker import N_, Speaker, guess, load

__all__ = ["N_", "Speaker", "guess", "load"]
