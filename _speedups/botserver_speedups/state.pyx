"""What the state of a session holds beside its frames: account, handlers, areas, output."""

cimport cython
from libc.stdlib cimport calloc, free
from libc.string cimport memset

from uuid import UUID

from botserver.errors import ScriptError
from botserver.vm.effects import AnalyticsRecord, LogLine, Registration, Talk
from botserver.vm.handlers import registered_script
from botserver.vm.library.children import unknown_sub_session
from botserver.vm.machine import Areas, Memory, SubSession
from botserver.vm.snapshot import AREAS as AREA_NAMES
from botserver.vm.values import SESSION_PRICE

from botserver_speedups.failures cimport sentence
from botserver_speedups.opcodes cimport *


cdef bytes block_of(Reader* r):
    cdef uint64_t n
    cdef const char* data
    if read_varint(r, &n) < 0 or read_bytes(r, <int64_t>n, &data) < 0:
        raise AssertionError("the output is damaged")
    return data[:n]


cdef str _speaker(Reader* r):
    cdef const char* data
    if read_bytes(r, ID_BYTES, &data) < 0:
        raise AssertionError("the output is damaged")
    return str(UUID(bytes=data[:ID_BYTES]))


cdef void drop_output(Heap* h) noexcept nogil:
    """It was read."""
    h.n_output = 0
    h.others -= h.output_bytes
    h.output_bytes = 0
    free(h.output.data)
    memset(&h.output, 0, sizeof(Buffer))


@cython.no_gc  # as CompiledHeap
cdef class State:
    """See `machine.Heap`."""

    def __cinit__(self, release, limits):
        init_heap(&self.h, limits.memory_bytes, SESSION_PRICE)
        self.h.max_variables = limits.variables
        self.h.context_tokens = limits.context_tokens
        self.release = release
        self.limits = limits
        self.language = ""

    def __dealloc__(self):
        free_children(&self.h)
        if self.h.size < LARGE_REGION:
            free_heap(&self.h)
        else:
            with nogil:
                free_heap(&self.h)

    cdef int hold(self, Code code) except -1:
        """Frames point into the code."""
        if self.codes is None or self.codes is code:
            self.codes = code
        elif isinstance(self.codes, Code):
            self.codes = [self.codes, code]
        elif code not in self.codes:
            self.codes.append(code)
        return 0

    def memory(self):
        cdef Heap* h = &self.h
        cdef int64_t frames = h.others - SESSION_PRICE - h.cell_bytes - h.output_bytes
        return Memory(
            used(h), h.limit, h.live, h.held - h.live, frames, h.cell_bytes, h.output_bytes
        )

    def collect(self):
        check_memory(collect(&self.h))

    def recount(self):
        cdef int64_t total = recount(&self.h)
        check_memory(-1 if total < 0 else 0)
        return total

    cdef object error_left(self):
        """The script error that C code left."""
        fuel = self.h.wasted
        self.h.wasted = 0
        return ScriptError(self.h.error, sentence(self.h.what, self.h.first, self.h.second), fuel=fuel)

    cdef int check_host_size(self, int64_t n) except -1:
        if used(&self.h) + n > self.h.limit:
            collect(&self.h)
            if used(&self.h) + n > self.h.limit:
                raise ScriptError(9013, "a value from outside does not fit into the session's memory")
        return 0

    cdef int reserve_bytes(self, int64_t n) except -1:
        if n > 0 and reserve(&self.h, n) < 0:
            raise self.error_left()
        return 0

    cdef int make_room(self, int64_t beside, int64_t n) except -1:
        """For `beside` bytes of cells, which are counted, and `n` bytes of objects."""
        cdef Heap* h = &self.h
        if beside > 0:
            if reserve_beside(h, beside) < 0:
                raise self.error_left()
            h.others += beside
            h.cell_bytes += beside
        if n > 0 and reserve(h, n) < 0:
            h.others -= beside
            h.cell_bytes -= beside
            raise self.error_left()
        return 0

    cdef int reserve_frame(self, Procedure* procedure, int64_t n) except -1:
        """Room for a frame and `n` bytes of objects beside it; the frame is not counted yet."""
        cdef Heap* h = &self.h
        cdef int64_t price = procedure.price
        cdef int status = reserve_beside(h, price)
        if status == 0 and n > 0:
            h.others += price
            status = reserve(h, n)
            h.others -= price
        if status < 0:
            raise self.error_left()
        return 0

    def extend(self, memory_bytes):
        self.h.limit += <int64_t>memory_bytes

    # --- handlers ---------------------------------------------------------------------------------------------------

    @property
    def is_handling(self):
        cdef Frame* frame = &self.h.frames[self.h.base_frame]
        if self.h.n_frames == 0:
            return False
        return (<Code><object>frame.procedure.owner).program.is_handler_entry(frame.procedure.index, frame.pc)

    def handlers(self):
        cdef Area* area = &self.h.areas[HANDLERS]
        cdef Cell* cell
        cdef uint32_t i
        found = []
        for i in range(area.length):
            cell = area.cells[i]
            found.append(Registration(name_of(cell)[: cell.n_name].decode(), *host_of(tree_of(cell), cell.n_tree)))
        return tuple(found)

    def forget(self, event):
        cdef bytes name = event.encode()
        self.replace_handlers([item for item in self.handlers() if item.event != event])
        remove_cell(&self.h, KEPT, name, len(name))

    cdef int replace_handlers(self, object registrations) except -1:
        cdef Area fresh
        cdef Incoming tree
        cdef bytes name
        memset(&fresh, 0, sizeof(Area))
        for item in registrations:
            tree = Incoming()
            tree.add([item.file, item.key, item.kept])
            name = item.event.encode()
            if add_cell(&fresh, name, len(name), tree.trees.data, tree.trees.length) == NULL:
                clear_area(&fresh)
                raise MemoryError
        if replace_area(&self.h, HANDLERS, &fresh) < 0:
            raise self.error_left()
        return 0

    cdef int register_script(self, object program) except -1:
        """A run of `program` begins: what it declares is registered, and its variables have a place."""
        cdef bytes name = program.file.encode()
        if not program.handlers:
            return 0
        known = self.handlers()
        fresh = registered_script(known, program)
        if fresh != known:
            self.replace_handlers(fresh)
        if find_cell(&self.h.areas[KEPT], name, len(name), fold_hash(name, len(name))) == NULL:
            if self.put_kept(name, self.variables_of(program, NULL)) < 0:
                raise self.error_left()
        return 0

    cdef int put_kept(self, bytes name, bytes data) except -2:
        """FAILED if it does not fit."""
        return put_cell(&self.h, KEPT, name, len(name), data, len(data))

    cdef bytes variables_of(self, object program, Value* registers):
        """Script variables by name, encoded; nulls if `registers` is NULL."""
        cdef Heap* h = &self.h
        cdef Buffer out
        cdef Numbers numbers
        cdef Value null
        cdef bytes name
        init_buffer(&out)
        init_numbers(&numbers)
        set_null(&null)
        numbers.table = <uint32_t*>calloc(h.top // 8 + 1, sizeof(uint32_t))
        numbers.count = 1  # the map
        try:
            check_memory(0 if numbers.table != NULL else -1)
            check_memory(put_byte(&out, T_MAP))
            check_memory(put_varint(&out, len(program.kept)))
            for slot in program.kept:
                name = program.procedures[0].register_names[slot].encode()
                check_memory(put_byte(&out, T_STRING))
                check_memory(put_varint(&out, len(name)))
                check_memory(put(&out, name, len(name)))
                numbers.count += 1
                check_memory(put_value(h, &null if registers == NULL else &registers[<uint32_t>slot], &numbers, &out))
            return out.data[: out.length]
        finally:
            free(numbers.table)
            free(out.data)

    # --- areas ------------------------------------------------------------------------------------------------------

    cdef object replace_choices(self, uint32_t which, object choices):
        cdef Area fresh
        cdef Incoming tree
        cdef bytes name
        memset(&fresh, 0, sizeof(Area))
        for key, label, kind in choices:
            tree = Incoming()
            tree.add([key, label, kind])
            name = label.encode()
            if add_cell(&fresh, name, len(name), tree.trees.data, tree.trees.length) == NULL:
                clear_area(&fresh)
                raise MemoryError
        if replace_area(&self.h, which, &fresh) < 0:
            raise self.error_left()

    cdef object replace_names(self, uint32_t which, object names):
        """An area of names without values."""
        cdef Area fresh
        cdef Incoming tree = Incoming()
        cdef bytes data
        memset(&fresh, 0, sizeof(Area))
        tree.add(None)
        for name in names:
            data = name.encode()
            if add_cell(&fresh, data, len(data), tree.trees.data, tree.trees.length) == NULL:
                clear_area(&fresh)
                raise MemoryError
        if replace_area(&self.h, which, &fresh) < 0:
            raise self.error_left()

    def options(self):
        return suggestions_of(choices_of(&self.h.areas[MENU if self.h.areas[MENU].count > 0 else SUGGESTIONS]))

    cdef AreaSet* child_named(self, str child_id) except NULL:
        """Of the session or sub-session that runs. Raises 4004."""
        cdef AreaSet* child = NULL
        try:
            child = find_child(&self.h, UUID(child_id).bytes)
        except ValueError:
            pass
        if child == NULL or str(UUID(bytes=child.id[:ID_BYTES])) != child_id:
            raise unknown_sub_session(child_id)
        return child

    cdef Area* _areas_at(self, object address) except NULL:
        cdef AreaSet* areas = NULL
        if address is None:
            return self.h.areas
        if not address:
            return areas_of(&self.h, self.h.session)
        areas = find_set(&self.h, UUID(address).bytes)
        if areas == NULL:
            raise KeyError(address)
        return areas_of(&self.h, areas)

    def areas(self, address=None):
        cdef Area* areas = self._areas_at(address)
        cdef Area* area
        cdef uint32_t i
        contents = []
        for which in (VARIABLES, CONTEXTS, PROMPT):
            area = &areas[<uint32_t>which]
            contents.append({
                name_of(area.cells[i])[: area.cells[i].n_name].decode(): host_of(
                    tree_of(area.cells[i]), area.cells[i].n_tree
                )
                for i in range(area.length)
                if area.cells[i] != NULL
            })
        return Areas(
            contents[0],
            contents[1],
            contents[2].get("", ""),
            suggestions_of(choices_of(&areas[SUGGESTIONS])),
            suggestions_of(choices_of(&self.h.areas[MENU])),
            names_of(&areas[KBS]),
            names_of(&areas[TOOLS]),
            self.handlers(),
        )

    def address(self):
        return id_of(self.h.current)

    def histories(self):
        cdef AreaSet* areas = self.h.current
        cdef uint32_t i
        merged = []
        if areas != NULL:
            for i in range(areas.n_merged):
                merged.append(str(UUID(bytes=areas.merged[i * ID_BYTES : (i + 1) * ID_BYTES])))
        return (id_of(areas), *merged)

    def sub_sessions(self):
        cdef AreaSet* areas
        found = []
        for each in all_ids(&self.h):
            areas = find_set(&self.h, each)
            found.append(SubSession(id_of(areas), id_of(areas.parent), set_price(&self.h, areas)))
        return tuple(found)

    def discard_sub_sessions(self):
        if self.h.n_frames > 0:
            raise RuntimeError("sub-sessions are discarded from an idle heap")
        discard_children(&self.h)

    def put_areas(self, areas, address="", with_suggestions=False):
        cdef Heap* h = &self.h
        cdef Area* known = self._areas_at(address)
        cdef Area fresh[7]
        cdef int64_t change = 0
        cdef uint32_t which
        cdef int status
        cdef list replaced = [VARIABLES, CONTEXTS, PROMPT, KBS, TOOLS]
        memset(fresh, 0, sizeof(fresh))
        try:
            fill_area(&fresh[VARIABLES], areas.variables.items())
            fill_area(&fresh[CONTEXTS], areas.contexts.items())
            fill_area(&fresh[PROMPT], [("", areas.prompt)] if areas.prompt else [])
            fill_area(&fresh[KBS], [(name, None) for name in areas.kbs])
            fill_area(&fresh[TOOLS], [(name, None) for name in areas.tools])
            if with_suggestions:
                replaced.append(SUGGESTIONS)
                fill_area(
                    &fresh[SUGGESTIONS], [(each.label, [each.key, each.label, each.kind]) for each in areas.suggestions]
                )
            for which in replaced:
                change += area_price(&fresh[which]) - area_price(&known[which])
            status = reserve_beside(h, change) if change > 0 else 0
            if status < 0:
                raise self.error_left()
            for which in replaced:
                clear_area(&known[which])
                known[which] = fresh[which]
                memset(&fresh[which], 0, sizeof(Area))
            h.cell_bytes += change
            h.others += change
        finally:
            for which in range(AREAS):
                clear_area(&fresh[which])

    def area_sizes(self):
        cdef Area* areas = areas_of(&self.h, self.h.session)
        cdef int64_t total = self.h.cell_bytes
        cdef uint32_t which
        cdef dict sizes = {}
        for which, name in enumerate(AREA_NAMES):
            sizes[name] = area_price(&self.h.areas[MENU] if which == MENU else &areas[which])
            total -= sizes[name]
        for which, name in ((HANDLERS, "handlers"), (KEPT, "kept")):
            sizes[name] = area_price(&self.h.areas[which])
            total -= sizes[name]
        return {**sizes, "sub_sessions": total}

    def variable_sizes(self):
        cdef Area* area = &areas_of(&self.h, self.h.session)[VARIABLES]
        cdef uint32_t i
        return {
            name_of(area.cells[i])[: area.cells[i].n_name].decode(): 48 + area.cells[i].n_name + area.cells[i].n_tree
            for i in range(area.length)
            if area.cells[i] != NULL
        }

    # --- output -----------------------------------------------------------------------------------------------------

    def take_output(self):
        cdef Heap* h = &self.h
        cdef Reader r
        cdef uint64_t n, kind
        records = []
        r.data = h.output.data
        r.at = 0
        r.end = h.output.length
        r.bad = NULL
        for _ in range(h.n_output):
            read_varint(&r, &kind)
            address = _speaker(&r) if read_byte(&r) else ""
            head = block_of(&r).decode()
            text = block_of(&r).decode()
            if kind == E_TALK or kind == E_IMAGE:
                read_varint(&r, &n)
                trees = [block_of(&r) for _ in range(n)]
                records.append(Talk(text, suggestions_of([host_of(tree, len(tree)) for tree in trees]), address, head))
            else:
                tree = block_of(&r)
                value = host_of(tree, len(tree))
                records.append(LogLine(head, text, value) if kind == E_LOG else AnalyticsRecord(head, text, value))
        drop_output(h)
        return records
