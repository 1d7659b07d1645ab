"""The sentences of script errors that C code raises; the same as those of the reference VM."""

from botserver.language.builtins import SPECS
from botserver.limits import (
    ARRAY_ITEMS,
    BUILTIN_STEPS,
    CALL_DEPTH,
    OUTPUT_BYTES,
    OUTPUT_RECORDS,
    TOO_DEEP_FUEL,
    VARIABLE_NAME_CHARS,
)

DEEP_FUEL = TOO_DEEP_FUEL
FAR_FUEL = BUILTIN_STEPS

# By tag of the snapshot format; constants are strings.
TYPES = ("null", "boolean", "boolean", "integer", "float", "datetime", "date", "string", "array", "object", "string")
NEEDED = ("an array", "an object", "a number", "text")
SYMBOLS = ("+", "-", "*", "/", "\\", "MOD", "^", "FOR")
NAMES = (
    "LEFT", "RIGHT", "MID", "INSTR", "UCASE", "LCASE", "TRIM", "REPLACE", "SPLIT", "JOIN", "INT", "ABS", "RANDOM",
    "MIN", "MAX", "IN", "STARTS WITH", "ENDS WITH", "SET", "GET", "SYSTEM PROMPT", "FIRST", "CHOOSE",
)  # fmt: skip


cdef str sentence(uint32_t what, int64_t first, int64_t second):
    """The sentence of a `What` and its two numbers."""
    if what == OUT_OF_MEMORY:
        return "the session's memory is used up"
    if what == TOO_DEEP:
        return "value is cyclic or nested too deeply"
    if what == NEEDS_NUMBERS:
        return f'"{SYMBOLS[first]}" needs numbers, got {TYPES[second & 0xFF]} and {TYPES[second >> 8]}'
    if what == CANNOT_ADD:
        return f'"+" cannot add {TYPES[second & 0xFF]} and {TYPES[second >> 8]}'
    if what == DATE_OUT_OF_RANGE:
        return "date is out of range"
    if what == DIVISION_BY_ZERO:
        return "division by zero"
    if what == WHOLE_TOO_LARGE:
        return "number is too large for whole division"
    if what == ZERO_TO_NEGATIVE:
        return "zero to a negative power"
    if what == NEGATIVE_TO_FRACTION:
        return "negative number to a fractional power"
    if what == NEEDS_ONE_NUMBER:
        return f'"-" needs a number, got {TYPES[first]}'
    if what == BUILTIN_NEEDS_TEXT:
        return f"{NAMES[first]} needs text, got {TYPES[second]}"
    if what == BUILTIN_NEEDS_NUMBER:
        return f"{NAMES[first]} needs a number, got {TYPES[second]}"
    if what == BAD_INSTR_START:
        return f"INSTR needs a number as start, got {TYPES[first]}"
    if what == JOIN_NEEDS_ARRAY:
        return f"JOIN needs an array, got {TYPES[first]}"
    if what == RANDOM_OF_NOTHING:
        return "RANDOM has no number to choose from"
    if what == BAD_VARIABLE_NAME:
        return f"a variable name has 1 to {VARIABLE_NAME_CHARS} characters, got {first}"
    if what == TOO_MANY_VARIABLES:
        return f"a session has at most {first} variables"
    if what == CONTEXT_TOO_LONG:
        return f"a context has at most {first} tokens, got {second}"
    if what == OUTPUT_TOO_LARGE:
        return f"the output of a turn is at most {OUTPUT_BYTES} bytes and {OUTPUT_RECORDS} messages"
    if what == CALLS_TOO_DEEP:
        return f"procedures call each other more than {CALL_DEPTH} deep"
    if what == STEP_IS_ZERO:
        return "STEP is zero"
    if what == FOR_LOST_BOUNDS:
        return "FOR lost its bounds"
    if what == EACH_NEEDS_CONTAINER:
        return f"FOR EACH needs an array or map, got {TYPES[first]}"
    if what == EACH_LOST_PLACE:
        return "FOR EACH lost its place"
    if what == KEY_IS_TEXT:
        return f"a map key is text, got {TYPES[first]}"
    if what == INDEX_IS_NUMBER:
        return "an array index is a number"
    if what == INDEX_OUT_OF_RANGE:
        return f"array index {first} is outside 0 to {ARRAY_ITEMS - 1}"
    if what == NO_TARGET:
        return f"cannot assign to a member of {TYPES[first]}"
    if what == BUILTIN_NEEDS:
        return f"{SPECS[first].name} needs {NEEDED[second >> 8]}, got {TYPES[second & 0xFF]}"
    if what == TOO_FAR:
        return f"{SPECS[first].name.removeprefix('$')} has too much to go over"
    if what == SORT_ORDER:
        return "SORT goes ASC or DESC"
    if what == CHUNK_SIZE:
        return "CHUNK needs a size of at least 1"
    if what == RANGE_WITHOUT_END:
        return "RANGE needs finite numbers"
    raise AssertionError(f"no sentence for failure {what}")
