DEFAULT_LIMIT = 500


def validate(input_data: dict) -> dict:
    """Refuses a response with more words than allowed: ``response`` defaults to "", ``max_words`` to 500."""
    limit = input_data.get("max_words", DEFAULT_LIMIT)
    count = len(input_data.get("response", "").split())
    valid = count <= limit
    message = f"OK — {count} words (limit: {limit})" if valid else f"Too long — {count} words exceeds limit of {limit}"
    return {"valid": valid, "word_count": count, "message": message}
