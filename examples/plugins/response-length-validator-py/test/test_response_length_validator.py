import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from response_length_validator import validate  # noqa: E402


class ValidateTest(unittest.TestCase):
    def test_accepts_a_short_response(self):
        self.assertEqual(
            validate({"response": "This is a short response.", "max_words": 500}),
            {"valid": True, "word_count": 5, "message": "OK — 5 words (limit: 500)"},
        )

    def test_refuses_a_response_over_the_limit(self):
        self.assertEqual(
            validate({"response": "one two three", "max_words": 2}),
            {"valid": False, "word_count": 3, "message": "Too long — 3 words exceeds limit of 2"},
        )

    def test_takes_an_absent_response_as_empty_and_500_words_as_the_limit(self):
        self.assertEqual(validate({}), {"valid": True, "word_count": 0, "message": "OK — 0 words (limit: 500)"})
        self.assertFalse(validate({"response": "word " * 501})["valid"])

    def test_counts_words_whatever_blanks_part_them(self):
        self.assertEqual(validate({"response": "  one\n\ttwo  "})["word_count"], 2)


if __name__ == "__main__":
    unittest.main()
