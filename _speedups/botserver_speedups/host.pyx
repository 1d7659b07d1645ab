"""What the Python built-ins ask of a heap."""

cimport cython
from uuid import UUID

from botserver.vm.builtins import Plan
from botserver.vm.effects import Registration
from botserver.vm.handlers import next_schedule, registered
from botserver.vm.library.children import check_room, waited_in
from botserver.vm.objects import Str as PyStr
from botserver.vm.plans import random_uuid

from botserver_speedups.code cimport Code
from botserver_speedups.natives cimport random_bits


@cython.final
cdef class Host:
    """What the Python built-ins ask of a heap; see `botserver.vm.builtins.Host`."""

    def __cinit__(self, State heap):
        self.heap = heap

    @property
    def now_s(self):
        return self.heap.h.now_s

    @property
    def utc_offset_s(self):
        return self.heap.h.utc_offset_s

    @property
    def language(self):
        return self.heap.language

    @property
    def text_budget(self):
        return self.heap.h.limit

    def random_bits(self):
        return random_bits(&self.heap.h)

    def suggestions(self):
        return [choice for choice in choices_of(&self.heap.h.areas[SUGGESTIONS]) if choice[2] != "*"]

    def add_suggestion(self, key, label, kind):
        return self._replacing(SUGGESTIONS, (*choices_of(&self.heap.h.areas[SUGGESTIONS]), (key, label, kind)))

    def clear_suggestions(self):
        return self._replacing(SUGGESTIONS, ())

    def menu(self):
        return choices_of(&self.heap.h.areas[MENU])

    def set_menu(self, options, is_open):
        return self._replacing(
            MENU, [*((option, option, "") for option in options), *([("*", "*", "*")] if is_open else [])]
        )

    def clear_menu(self):
        return self._replacing(MENU, ())

    def has_file(self, path):
        return self.heap.release.has_file(path)

    def clear_contexts(self):
        return self._replacing(CONTEXTS, ())

    @property
    def is_get_dynamic(self):
        return self.heap.release.is_get_dynamic

    @property
    def max_kbs(self):
        return self.heap.limits.active_kbs

    def find_kb(self, name):
        return self.heap.release.find_kb(name)

    def find_tool(self, name):
        return self.heap.release.find_tool(name)

    def active(self, area):
        return names_of(&self.heap.h.areas[KBS if area == "kbs" else TOOLS])

    def set_active(self, area, names):
        which = KBS if area == "kbs" else TOOLS
        return Plan(lambda: self.heap.replace_names(which, names), price=len(names))

    def create_sub_session(self):
        cdef Heap* h = &self.heap.h
        cdef int64_t price = branch_price(h)
        check_room(h.current.n_children if h.current != NULL else 0, depth_of(h.current))
        return Plan(self._branch, string_price(36), price // 64, price)

    def _branch(self):
        child_id = random_uuid(self)
        while UUID(child_id).bytes in all_ids(&self.heap.h):
            child_id = random_uuid(self)
        branch(&self.heap.h, UUID(child_id).bytes)
        return PyStr(child_id)

    def merge_sub_session(self, child_id):
        cdef AreaSet* child = self.heap.child_named(child_id)
        cdef int64_t price = tree_of_sets_price(&self.heap.h, child)
        if is_waited_in(&self.heap.h, child):
            raise waited_in(child_id)
        return Plan(lambda: self._merge(child_id), price=price // 64)

    def _merge(self, child_id):
        merge_child(&self.heap.h, self.heap.child_named(child_id), self.max_kbs)

    @property
    def is_handling(self):
        return self.heap.is_handling

    cdef Frame* _script_frame(self) noexcept:
        cdef Heap* h = &self.heap.h
        return &h.frames[h.n_frames - 1 - h.frames[h.n_frames - 1].depth]

    cdef object _program(self):
        return (<Code><object>self._script_frame().procedure.owner).program

    def register(self, event, key):
        file = self._program().file
        fresh = registered(self.heap.handlers(), Registration(event, file, key, file))
        return Plan(lambda: self._set_handlers(fresh))

    def _set_handlers(self, registrations):
        self.heap.replace_handlers(registrations)

    def keep(self, key):
        program = self._program()
        known = self.heap.handlers()
        number, fresh = next_schedule(known, program.file, key)
        data = self.heap.variables_of(program, &self.heap.h.registers[self._script_frame().base])
        return Plan(lambda: self._keep(number, known, fresh, data), 0, len(data) // 64)

    def _keep(self, number, known, fresh, data):
        if self.heap.put_kept(fresh.kept.encode(), data) < 0:
            raise self.heap.error_left()
        self.heap.replace_handlers((*known, fresh))
        return number

    cdef object _replacing(self, uint32_t which, object choices):
        return Plan(lambda: self.heap.replace_choices(which, choices))
