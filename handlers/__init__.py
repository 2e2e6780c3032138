"""The conversation: one module a feature, and the plumbing that lets a feature say, not send."""
