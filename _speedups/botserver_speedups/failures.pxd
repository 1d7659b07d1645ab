"""Why a script failed, as C sees it. `failures.pyx` has the sentences."""

from libc.stdint cimport int64_t, uint32_t

from botserver_speedups.heap cimport Heap, fail

cdef enum What:
    NOTHING_FAILED
    OUT_OF_MEMORY
    TOO_DEEP
    NEEDS_NUMBERS  # symbol; type of left | type of right << 8
    CANNOT_ADD  # -; types
    DATE_OUT_OF_RANGE
    DIVISION_BY_ZERO
    WHOLE_TOO_LARGE
    ZERO_TO_NEGATIVE
    NEGATIVE_TO_FRACTION
    NEEDS_ONE_NUMBER  # type
    BUILTIN_NEEDS_TEXT  # name; type
    BUILTIN_NEEDS_NUMBER  # name; type
    BAD_INSTR_START  # type
    JOIN_NEEDS_ARRAY  # type
    RANDOM_OF_NOTHING
    BAD_VARIABLE_NAME  # its length
    TOO_MANY_VARIABLES  # the limit
    CONTEXT_TOO_LONG  # the limit; tokens
    OUTPUT_TOO_LARGE
    CALLS_TOO_DEEP
    STEP_IS_ZERO
    FOR_LOST_BOUNDS
    EACH_NEEDS_CONTAINER  # type
    EACH_LOST_PLACE
    KEY_IS_TEXT  # type
    INDEX_IS_NUMBER
    INDEX_OUT_OF_RANGE  # the index
    NO_TARGET  # type
    BUILTIN_NEEDS  # number of the built-in; type | Needed << 8
    TOO_FAR  # number of the built-in
    SORT_ORDER
    CHUNK_SIZE
    RANGE_WITHOUT_END

cdef enum Needed:
    # Rows of NEEDED in failures.pyx.
    AN_ARRAY
    AN_OBJECT
    A_NUMBER
    A_TEXT

cdef enum Name:
    # Who needs a text or number; the rows of NAMES in failures.pyx.
    NAME_LEFT
    NAME_RIGHT
    NAME_MID
    NAME_INSTR
    NAME_UCASE
    NAME_LCASE
    NAME_TRIM
    NAME_REPLACE
    NAME_SPLIT
    NAME_JOIN
    NAME_INT
    NAME_ABS
    NAME_RANDOM
    NAME_MIN
    NAME_MAX
    NAME_IN
    NAME_STARTS
    NAME_ENDS
    NAME_SET
    NAME_GET
    NAME_PROMPT
    NAME_FIRST
    NAME_CHOOSE

cdef int64_t DEEP_FUEL
cdef int64_t FAR_FUEL

cdef inline int too_deep(Heap* h, int64_t spent) noexcept nogil:
    """4006, after `spent` steps that were counted and some that were not."""
    h.wasted += <uint32_t>(DEEP_FUEL + spent)
    return fail(h, 4006, TOO_DEEP, 0, 0)

cdef inline int too_far(Heap* h, uint32_t number) noexcept nogil:
    """4002: the built-in has more to go over than one may."""
    h.wasted += <uint32_t>FAR_FUEL
    return fail(h, 4002, TOO_FAR, number, 0)

cdef str sentence(uint32_t what, int64_t first, int64_t second)
