"""What pydantic wanted, in our words. Its own messages are never used: some of them quote the input."""

from collections.abc import Mapping
from typing import Any

from firedoor.typed_text import EXPECTED

_A_DATE = "a date like 2030-01-31"
_A_TIME = "a time like 13:45:00"
_A_DATETIME = "a date and time like 2030-01-31T13:45:00Z"
_A_DURATION = "a duration like P1DT2H or 3600 seconds"
_A_LIST = "a JSON list"
_AN_OBJECT = "a JSON object"

# The text is of another type than the field.
TYPES: Mapping[str, str] = {
    "bool_parsing": EXPECTED["bool"],
    "bool_type": EXPECTED["bool"],
    "bytes_invalid_encoding": "bytes in the encoding of the class",
    "bytes_type": "bytes",
    "complex_str_parsing": "a complex number",
    "complex_type": "a complex number",
    "dataclass_type": _AN_OBJECT,
    "date_from_datetime_inexact": _A_DATE,
    "date_from_datetime_parsing": _A_DATE,
    "date_parsing": _A_DATE,
    "date_type": _A_DATE,
    "datetime_from_date_parsing": _A_DATETIME,
    "datetime_object_invalid": _A_DATETIME,
    "datetime_parsing": _A_DATETIME,
    "datetime_type": _A_DATETIME,
    "decimal_parsing": "a decimal number",
    "decimal_type": "a decimal number",
    "deque_type": _A_LIST,
    "dict_type": _AN_OBJECT,
    "finite_number": "a finite number",
    "float_parsing": EXPECTED["float"],
    "float_type": EXPECTED["float"],
    "fraction_parsing": "a fraction like 3/4",
    "fraction_type": "a fraction like 3/4",
    "frozen_set_type": _A_LIST,
    "int_from_float": EXPECTED["int"],
    "int_parsing": EXPECTED["int"],
    "int_parsing_size": "a whole number of less than 4300 digits",
    "int_type": EXPECTED["int"],
    "iterable_type": _A_LIST,
    "json_invalid": EXPECTED["json"],
    "json_type": EXPECTED["json"],
    "list_type": _A_LIST,
    "mapping_type": _AN_OBJECT,
    "model_attributes_type": _AN_OBJECT,
    "model_type": _AN_OBJECT,
    "named_tuple_type": _A_LIST,
    "path_type": EXPECTED["path"],
    "set_item_not_hashable": "a JSON list of texts or numbers",
    "set_type": _A_LIST,
    "string_type": "a text",
    "string_unicode": "a text in UTF-8",
    "time_delta_parsing": _A_DURATION,
    "time_delta_type": _A_DURATION,
    "time_parsing": _A_TIME,
    "time_type": _A_TIME,
    "tuple_type": _A_LIST,
    "url_parsing": EXPECTED["url"],
    "url_syntax_violation": EXPECTED["url"],
    "url_type": EXPECTED["url"],
    "uuid_parsing": "a UUID",
    "uuid_type": "a UUID",
}

# The text is of the right type, but not a value that the field allows. Names in braces come from the class.
LIMITS: Mapping[str, str] = {
    "date_future": "a date in the future",
    "date_past": "a date in the past",
    "datetime_future": "a time in the future",
    "datetime_past": "a time in the past",
    "decimal_max_digits": "a number of at most {max_digits} digits",
    "decimal_max_places": "a number of at most {decimal_places} decimal places",
    "decimal_whole_digits": "a number of at most {whole_digits} digits before the point",
    "enum": "{expected}",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "import_error": "the name of something that can be imported",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "literal_error": "{expected}",
    "multiple_of": "a multiple of {multiple_of}",
    "none_required": "nothing",
    "path_exists": "a path where nothing is yet",
    "path_not_directory": "the path of a directory that is there",
    "path_not_file": "the path of a file that is there",
    "string_not_ascii": "a text of ASCII characters",
    "string_pattern_mismatch": "a text that matches {pattern}",
    "string_too_long": "a text of at most {max_length} characters",
    "string_too_short": "a text of at least {min_length} characters",
    "bytes_too_long": "at most {max_length} bytes",
    "bytes_too_short": "at least {min_length} bytes",
    "timezone_aware": "a time with a time zone",
    "timezone_naive": "a time without a time zone",
    "timezone_offset": "a time with another time zone",
    "too_long": "at most {max_length} items",
    "too_short": "at least {min_length} items",
    "union_tag_invalid": "one of the kinds {expected_tags}",
    "union_tag_not_found": "a value that says which kind it is",
    "url_scheme": "a URL that starts with {expected_schemes}",
    "url_too_long": "a URL of at most {max_length} characters",
    "uuid_version": "a UUID of version {expected_version}",
    "extra_forbidden": "only names that the class knows",
}

# Limits that may be told of a secret, too: how long it has to be.
LENGTHS = frozenset(
    ("string_too_long", "string_too_short", "bytes_too_long", "bytes_too_short", "too_long", "too_short")
)

UNKNOWN = "what the class allows here"


def limit(kind: str, context: Mapping[str, Any]) -> str:
    """The limit that was broken. ``context`` gives what the class declares; anything else is not looked at."""
    try:
        return LIMITS[kind].format_map(context)
    except KeyError:
        return UNKNOWN
