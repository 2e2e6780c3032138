"""What a freely typed question asks: subjects, dates, intent, by rules that are data."""
