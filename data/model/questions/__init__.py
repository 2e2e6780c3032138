"""What a freely typed question asks: its subjects, its dates and the intent, by rules that are data."""
