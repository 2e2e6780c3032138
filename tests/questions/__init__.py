"""Questions as people type them, and how their answers are judged."""
