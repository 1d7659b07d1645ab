"""Writing and reading the state of a heap.

The reader believes nothing: every length, tag, number, waiting point and price is checked before it is used, and it
never takes more memory than the account in the snapshot allows, which is bounded by what any session may hold: the limit
of this one may have been lowered since.
"""

from libc.stdlib cimport calloc, free
from libc.string cimport memcpy

from botserver.errors import BadSnapshot
from botserver.language.effects import EFFECTS, Kind
from botserver.limits import LARGE_OBJECT_BYTES, MERGED_HISTORIES, RUN_DEPTH, SUB_SESSION_DEPTH, SUB_SESSIONS
from botserver.limits import CALL_DEPTH as _CALL_DEPTH
from botserver.vm.snapshot import READ_BYTES, Snapshot, digest_of, seal, unseal
from botserver.vm.values import SUB_SESSION_ID_PRICE, SUB_SESSION_PRICE

from botserver_speedups.children cimport *
from botserver_speedups.code cimport code_of
from botserver_speedups.frames cimport push_frame
from botserver_speedups.hosts cimport *
from botserver_speedups.opcodes cimport *

cdef int64_t LARGE = LARGE_OBJECT_BYTES
cdef int64_t MOST = READ_BYTES
cdef uint32_t RUNS = RUN_DEPTH + 1
cdef uint32_t CALLS = _CALL_DEPTH
cdef uint64_t CHILDREN = SUB_SESSIONS
cdef uint32_t CHILD_DEPTH = SUB_SESSION_DEPTH
cdef uint32_t MERGED = MERGED_HISTORIES
cdef int64_t ID_PRICE = SUB_SESSION_ID_PRICE
cdef int64_t SET_PRICE = SUB_SESSION_PRICE


# --- writing -----------------------------------------------------------------------------------------------------

cdef int _check(int status) except -1:
    if status < 0:
        raise MemoryError
    return 0


cdef int _put_area(Area* area, Beside beside, Buffer* out) except -1:
    cdef Cell* cell
    cdef uint32_t i
    _check(put_varint(out, area.count))
    for i in range(area.length):
        cell = area.cells[i]
        if cell == NULL:
            continue
        _check(put_varint(out, cell.n_name))
        _check(put(out, name_of(cell), cell.n_name))
        _check(put_byte(out, 1 if cell.n_tree >= LARGE else 0))
        _check(put_varint(out, cell.n_tree))
        if cell.n_tree >= LARGE:
            _check(put_varint(out, beside.place(cell_digest(cell), tree_of(cell), cell.n_tree)))
        else:
            _check(put(out, tree_of(cell), cell.n_tree))
    return 0


cdef int _put_family(Heap* h, AreaSet* areas, Beside beside, Buffer* out) except -1:
    """Recursion ends at the depth sub-sessions may have."""
    cdef AreaSet* child
    cdef Area* base
    cdef uint32_t i, n, which
    if areas == NULL or (areas.n_children == 0 and areas.n_merged == 0):
        return _check(put_byte(out, 0))
    _check(put_varint(out, 1 + areas.n_children))
    _check(put_varint(out, areas.n_merged))
    _check(put(out, areas.merged, areas.n_merged * ID_BYTES))
    for i in range(areas.n_children):
        child = areas.children[i]
        _check(put(out, child.id, ID_BYTES))
        for which in range(AREAS):
            if which != MENU:
                _put_area(&areas_of(h, child)[which], beside, out)
        for which in range(2):
            base = &child.bases[which]
            _check(put_varint(out, base.count))
            for n in range(base.length):
                _check(put_varint(out, base.cells[n].n_name))
                _check(put(out, name_of(base.cells[n]), base.cells[n].n_name))
                _check(put(out, tree_of(base.cells[n]), BASE_DIGEST_BYTES))
        _put_family(h, child, beside, out)
    return 0


cdef list _places_entered(Heap* h):
    """Of the sub-sessions that frames run in, outermost first; those of a script that waits under a handler before."""
    return _places_above(h.waiting) + _places_above(h.current)


cdef list _places_above(AreaSet* areas):
    cdef list places = []
    while areas != NULL and areas.parent != NULL:
        places.append(place_of(areas))
        areas = areas.parent
    return places[::-1]


cdef Area* _own_area(Heap* h, uint32_t which) noexcept:
    """Of the session itself; there is one menu, and there are no handlers of sub-sessions."""
    return &h.areas[which] if which == MENU or which >= AREAS else &areas_of(h, h.session)[which]


cdef object encode_heap(Heap* h, uint64_t fuel_used, object known):
    """The rest is written before the head: what it refers to beside the root is known then."""
    cdef Buffer out, head
    cdef Numbers numbers
    cdef Frame* frame
    cdef uint32_t i, register, which
    cdef dict programs = {}
    cdef list entered = _places_entered(h)
    cdef bytes digest
    cdef Beside beside = Beside(known)
    init_buffer(&out)
    init_buffer(&head)
    init_numbers(&numbers)
    numbers.beside = <void*>beside
    try:
        _check(put_varint(&out, h.live))
        _check(put_varint(&out, h.held - h.live))
        _check(put_varint(&out, fuel_used))
        _check(put(&out, <char*>&h.random, 8))
        _check(put_byte(&out, 1 if h.n_frames > 0 else 0))
        _check(put_varint(&out, h.n_frames))
        numbers.table = <uint32_t*>calloc(h.top // 8 + 1, sizeof(uint32_t))
        _check(0 if numbers.table != NULL else FAILED)
        for i in range(h.n_frames):
            frame = &h.frames[i]
            digest = (<Code><object>frame.procedure.owner).program.digest
            _check(put_varint(&out, programs.setdefault(digest, len(programs))))
            _check(put_varint(&out, frame.procedure.index))
            _check(put_varint(&out, frame.pc))
            if i + 1 < h.n_frames and h.frames[i + 1].enters:
                _check(put_varint(&out, entered.pop(0)))
            for register in range(frame.procedure.code[frame.pc].a):
                _check(put_value(h, &h.registers[frame.base + register], &numbers, &out))
        for which in range(AREAS):
            _put_area(_own_area(h, which), beside, &out)
        _put_family(h, h.session, beside, &out)
        _put_area(&h.areas[HANDLERS], beside, &out)
        _put_area(&h.areas[KEPT], beside, &out)
        _check(put_varint(&head, len(programs)))
        for digest in programs:
            _check(put(&head, digest, DIGEST_BYTES))
        _check(put_varint(&head, len(beside.places)))
        digests = tuple(beside.places)
        return Snapshot(seal(head.data[: head.length] + out.data[: out.length], digests), beside.new, digests)
    finally:
        free(head.data)
        free(out.data)
        free(numbers.table)


# --- reading -----------------------------------------------------------------------------------------------------

cdef object _bad(str what):
    return BadSnapshot(what=what)


cdef int _accept(Reader* r, int status) except -1:
    if status < 0:
        raise _bad(r.bad.decode() if r.bad != NULL else "it does not fit into memory")
    return 0


cdef uint64_t _varint(Reader* r) except? 0xFFFFFFFFFFFFFFFF:
    cdef uint64_t value
    _accept(r, read_varint(r, &value))
    return value


cdef bytes _bytes(Reader* r, int64_t n):
    cdef const char* data
    _accept(r, read_bytes(r, n, &data))
    return data[:n]


cdef list _digests(Reader* r):
    cdef uint32_t n
    _accept(r, read_count(r, DIGEST_BYTES, &n))
    digests = [_bytes(r, DIGEST_BYTES) for _ in range(n)]
    if len(set(digests)) != n:
        raise _bad("a program is named twice")
    return digests


cdef bint _begins_handler(Frame* frame) except -1:
    return (<Code><object>frame.procedure.owner).program.is_handler_entry(frame.procedure.index, frame.pc)


cdef int _read_frame(Reader* r, Heap* h, list codes, Numbers* numbers, bint is_last, list entered) except -1:
    """One frame and what it holds; returns the index of its program."""
    cdef uint64_t number = _varint(r), index = _varint(r), pc = _varint(r)
    cdef uint32_t register
    cdef Code code
    cdef Procedure* procedure
    cdef Frame* caller
    cdef Instr* call
    cdef bint is_script = True, enters = False, is_handler = False
    if number >= <uint64_t>len(codes):
        raise _bad("a frame of an unknown program")
    code = codes[number]
    if index >= code.n_procedures:
        raise _bad("a frame of an unknown procedure")
    procedure = code.procedures + index
    if pc >= procedure.n_code or procedure.code[pc].op not in (OP_CALL, OP_RUN, OP_RUN_IN, OP_EFFECT):
        raise _bad("a frame does not stand at a waiting point")
    if procedure.code[pc].op == OP_RUN_IN and not is_last:
        entered.append(_varint(r))
    if h.n_frames > 0:
        caller = &h.frames[h.n_frames - 1]
        call = &caller.procedure.code[caller.pc]
        is_script = call.op != OP_CALL
        enters = call.op == OP_RUN_IN
        is_handler = call.op == OP_EFFECT
        if is_handler and not (
            h.base_frame == 0
            and EFFECTS[call.b].kind is Kind.PARK
            and code.program.is_handler_entry(index, pc)
            and not _begins_handler(&h.frames[0])
        ):
            raise _bad("frames do not call each other")
        if not is_script and (
            <uint64_t>call.b != index or caller.procedure.owner != procedure.owner
        ):
            raise _bad("frames do not call each other")
    if is_script and index != 0:
        raise _bad("frames do not call each other")
    if h.others + procedure.price > h.limit:
        raise _bad("it is larger than a session may be")
    _accept(r, push_frame(h, procedure, is_script))
    caller = &h.frames[h.n_frames - 1]
    if is_handler:
        h.base_frame = h.n_frames - 1
        caller.runs = 1
    if caller.depth > CALLS or caller.runs > RUNS:
        raise _bad("frames do not call each other")
    caller.pc = <uint32_t>pc
    caller.enters = enters
    for register in range(procedure.code[pc].a):
        _accept(r, read_value(r, h, numbers, h.live - <int64_t>h.top, False, &h.registers[caller.base + register]))
    return <int>number


cdef int _check_kept(Reader* r, const Cell* cell, int64_t limit) except -1:
    """A map of script variables; it is built as a handler's run would build it, and let go."""
    cdef Heap scratch
    cdef Numbers numbers
    cdef Value value
    cdef int status
    r.data = tree_of(cell)
    r.at = 0
    r.end = cell.n_tree
    r.bad = NULL
    init_numbers(&numbers)
    init_heap(&scratch, limit, 0)
    status = read_value(r, &scratch, &numbers, limit, False, &value)
    free(numbers.table)
    free_heap(&scratch)
    _accept(r, status)
    if value.tag != T_MAP or r.at != r.end:
        raise _bad("what is kept for handlers is no map")
    return 0


cdef int _check_cell(Reader* tree, uint32_t which, const Cell* cell, int64_t limit) except -1:
    """What the tree of a cell has to be in its area."""
    cdef int tag
    if which == KEPT:
        _check_kept(tree, cell, limit)
        return 0
    _accept(tree, check_tree(tree_of(cell), cell.n_tree, tree))
    tag = tree_of(cell)[0]
    if which == VARIABLES and tag == T_NULL:
        raise _bad("a variable is null")
    if (which == CONTEXTS or which == PROMPT) and (tag != T_STRING or cell.n_tree == 2):
        raise _bad("a context is not text")
    if (which == KBS or which == TOOLS) and tag != T_NULL:
        raise _bad("a name has a value")
    if which == HANDLERS:
        parts = host_of(tree_of(cell), cell.n_tree) if tag == T_ARRAY and tree_of(cell)[1] == 3 else None
        if parts is None or cell.n_name == 0 or not all(isinstance(part, str) for part in parts):
            raise _bad("a handler has the wrong form")
    if which == SUGGESTIONS or which == MENU:
        parts = host_of(tree_of(cell), cell.n_tree) if tag == T_ARRAY and tree_of(cell)[1] == 3 else None
        if parts is None or not all(isinstance(part, str) for part in parts):
            raise _bad("a suggestion has the wrong form")
        if parts[1].encode() != name_of(cell)[: cell.n_name]:
            raise _bad("a suggestion has the wrong name")
    return 0


cdef int _read_area(Reader* r, Heap* h, Area* area, uint32_t which, LargeObjects* large) except -1:
    cdef Reader tree
    cdef Cell* cell
    cdef const char* name
    cdef const char* data
    cdef LargeObject* found
    cdef uint32_t n, n_name, n_chars
    cdef uint64_t size
    cdef int form
    cdef set seen = set()
    _accept(r, read_count(r, 4, &n))
    if which == PROMPT and n > 1:
        raise _bad("there is more than one prompt")
    for _ in range(n):
        _accept(r, read_text(r, &name, &n_name, &n_chars))
        form = read_byte(r)
        size = _varint(r)
        found = NULL
        if form == 0 and size < <uint64_t>LARGE:
            _accept(r, read_bytes(r, <int64_t>size, &data))
        elif form == 1 and size >= <uint64_t>LARGE:
            found = use_large(r, large, _varint(r), size)
            _accept(r, 0 if found != NULL else FAILED)
            data = found.data
        else:
            raise _bad("a cell has the wrong form")
        h.cell_bytes += 48 + <int64_t>n_name + <int64_t>size
        if h.cell_bytes > h.limit:
            raise _bad("it is larger than a session may be")
        if which in (VARIABLES, CONTEXTS, KBS, TOOLS, KEPT):
            if n_name == 0 or find_cell(area, name, n_name, fold_hash(name, n_name)) != NULL:
                raise _bad("an area has a name twice")
        elif which == PROMPT and n_name > 0:
            raise _bad("there is more than one prompt")
        cell = add_cell(area, name, n_name, data, <int64_t>size)
        if cell == NULL:
            raise _bad("it does not fit into memory")
        if found != NULL:
            memcpy(digest_of_cell(cell), found.digest, DIGEST_BYTES)
        _check_cell(&tree, which, cell, h.limit)
        if which == HANDLERS:
            place = (name_of(cell)[: cell.n_name], host_of(tree_of(cell), cell.n_tree)[0])
            if place in seen:
                raise _bad("a handler is there twice")
            seen.add(place)
    return 0


cdef bytes _id(Reader* r):
    cdef bytes found = _bytes(r, ID_BYTES)
    if found[6] >> 4 != 4 or found[8] >> 6 != 2:
        raise _bad("the id of a sub-session is no UUID of version 4")
    return found


cdef int _count(Heap* h, int64_t price) except -1:
    h.cell_bytes += price
    if h.cell_bytes > h.limit:
        raise _bad("it is larger than a session may be")
    return 0


cdef int _read_base(Reader* r, Heap* h, Area* base) except -1:
    cdef const char* name
    cdef const char* digest
    cdef uint32_t n, n_name, n_chars
    _accept(r, read_count(r, 1 + BASE_DIGEST_BYTES, &n))
    for _ in range(n):
        _accept(r, read_text(r, &name, &n_name, &n_chars))
        if n_name == 0 or find_cell(base, name, n_name, fold_hash(name, n_name)) != NULL:
            raise _bad("an area has a name twice")
        _accept(r, read_bytes(r, BASE_DIGEST_BYTES, &digest))
        _count(h, 48 + <int64_t>n_name + BASE_DIGEST_BYTES)
        if add_cell(base, name, n_name, digest, BASE_DIGEST_BYTES) == NULL:
            raise _bad("it does not fit into memory")
    return 0


cdef int _read_family(Reader* r, Heap* h, AreaSet* areas, uint32_t depth, LargeObjects* large) except -1:
    """`areas` NULL is the session itself. Recursion ends at the depth that is allowed."""
    cdef uint64_t n = _varint(r)
    cdef uint32_t n_merged, which
    cdef AreaSet* child
    cdef bytes child_id
    if n == 0:
        return 0
    if n > CHILDREN + 1 or (n > 1 and depth >= CHILD_DEPTH):
        raise _bad("there are more sub-sessions than allowed")
    if areas == NULL:
        areas = session_set(h)
    _accept(r, read_count(r, ID_BYTES, &n_merged))
    if n_merged > MERGED or (n == 1 and n_merged == 0):
        raise _bad("merged sub-sessions are more or fewer than allowed")
    _count(h, ID_PRICE * n_merged)
    if n_merged > 0:
        areas.merged = <char*>calloc(n_merged, ID_BYTES)
        if areas.merged == NULL:
            raise _bad("it does not fit into memory")
        for which in range(n_merged):
            child_id = _id(r)
            memcpy(areas.merged + which * ID_BYTES, <const char*>child_id, ID_BYTES)
        areas.n_merged = n_merged
    for _ in range(n - 1):
        child_id = _id(r)
        if find_set(h, child_id) != NULL:
            raise _bad("a sub-session is there twice")
        _count(h, SET_PRICE)
        child = new_child(areas, child_id)
        for which in range(AREAS):
            if which != MENU:
                _read_area(r, h, &child.areas[which], which, large)
        _read_base(r, h, &child.bases[VARIABLES])
        _read_base(r, h, &child.bases[CONTEXTS])
        _read_family(r, h, child, depth + 1, large)
    return 0


cdef int _name_large(LargeObjects* large, list digests, list objects) except -1:
    """What the snapshot names, at hand while `digests` and `objects` are. What is not what its name says is not."""
    cdef uint32_t i
    cdef bytes digest, found
    large.count = len(digests)
    large.used = 0
    large.objects = <LargeObject*>calloc(max(large.count, 1), sizeof(LargeObject))
    if large.objects == NULL:
        raise _bad("it does not fit into memory")
    for i in range(large.count):
        digest, found = digests[i], objects[i]
        if found is not None and digest_of(found) == digest:
            large.objects[i].data = found
            large.objects[i].size = len(found)
            large.objects[i].digest = digest
    return 0


cdef int _read_areas(Reader* r, Heap* h, list entered, LargeObjects* large) except -1:
    """All areas, and which of them the frames run in."""
    cdef uint32_t i
    for i in range(AREAS):
        _read_area(r, h, &h.areas[i], i, large)
    _read_family(r, h, NULL, 0, large)
    for i in range(1, h.n_frames):
        if i == h.base_frame:
            leave_for_handler(h)
        if h.frames[i].enters:
            place = entered.pop(0)
            if h.session == NULL or place >= h.current.n_children:
                raise _bad("a frame runs in an unknown sub-session")
            enter_child(h, h.current.children[<uint32_t>place])
    for i in (HANDLERS, KEPT):
        _read_area(r, h, &h.areas[i], i, large)
    return 0


cdef list decode_heap(Heap* h, object snapshot, object release, uint64_t* fuel_used):
    cdef bytes body = unseal(snapshot.root, snapshot.digests)
    cdef Reader r
    cdef Numbers numbers
    cdef uint64_t live, allocated
    cdef uint32_t n_frames, i
    cdef int number, waiting
    cdef list codes = [], order = [], entered = [], digests, objects
    cdef LargeObjects large
    cdef int64_t limit = h.limit
    h.limit = max(limit, MOST)
    r.data = body
    r.at = 0
    r.end = len(body)
    r.bad = NULL
    for digest in _digests(&r):
        program = release.find_program(digest)
        if program is None:
            raise _bad(f"program {digest.hex()[:16]} is unknown")
        codes.append(code_of(program))
    digests = list(snapshot.digests)
    if _varint(&r) != <uint64_t>len(digests):
        raise _bad("it has more or fewer large objects than are named")
    objects = [snapshot.large.get(digest) for digest in digests]
    live = _varint(&r)
    allocated = _varint(&r)
    fuel_used[0] = _varint(&r)
    random_state = _bytes(&r, 8)
    memcpy(&h.random, <const char*>random_state, 8)
    waiting = read_byte(&r)
    _accept(&r, read_count(&r, 3, &n_frames))
    if waiting != (1 if n_frames > 0 else 0):
        raise _bad("frames and waiting do not agree")
    if live > <uint64_t>h.limit or allocated > <uint64_t>h.limit - live:
        raise _bad("it is larger than a session may be")
    # While reading, `live` bounds what may be built.
    h.live = <int64_t>(live + allocated)
    init_numbers(&numbers)
    _name_large(&large, digests, objects)
    numbers.large = &large
    try:
        for _ in range(n_frames):
            number = _read_frame(&r, h, codes, &numbers, h.n_frames + 1 == n_frames, entered)
            if number not in order:
                order.append(number)
        _read_areas(&r, h, entered, &large)
    finally:
        free(numbers.table)
        free(large.objects)
    if order != list(range(len(codes))):
        raise _bad("programs are not in order of use")
    if n_frames > 0:
        i = h.n_frames - 1
        if h.frames[i].procedure.code[h.frames[i].pc].op != OP_EFFECT:
            raise _bad("the last frame does not wait")
    if large.used != large.count:
        raise _bad("a large object is named and not used")
    if r.at != r.end:
        raise _bad("bytes follow the end")
    h.others += h.cell_bytes
    h.live = <int64_t>live
    h.held = <int64_t>(live + allocated)
    h.trigger = threshold(h.live)
    if h.held + h.others > h.limit:
        raise _bad("it is larger than a session may be")
    h.limit = limit
    shrink(h)
    return codes
