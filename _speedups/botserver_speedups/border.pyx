"""Values on their way over the border between Python and a heap."""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdlib cimport free
from libc.string cimport memset

from uuid import UUID

from botserver.vm.effects import Suggestion
from botserver.vm.library.children import sub_session_id
from botserver.vm.objects import Array as PyArray
from botserver.vm.objects import Map as PyMap
from botserver.vm.objects import Str as PyStr


cdef class Incoming:
    """Host values on their way in: encoded and measured, not yet built."""

    def __cinit__(self):
        memset(&self.trees, 0, sizeof(Buffer))

    cdef int add(self, object value) except -1:
        cdef int64_t start = self.trees.length
        put_host(value, &self.trees)
        self.price += tree_price(self.trees.data + start, self.trees.length - start)
        return 0

    cdef int build(self, Heap* h, Value* target) except -1:
        """The next value, in reserved bytes."""
        cdef Reader r
        r.data = self.trees.data
        r.at = self.built
        r.end = self.trees.length
        r.bad = NULL
        if read_value(&r, h, NULL, self.price, False, target) < 0:
            raise ValueError(f"not a host value: {r.bad.decode()}")
        self.built = r.at
        return 0

    def __dealloc__(self):
        free(self.trees.data)


cdef int check_memory(int status) except -1:
    if status < 0:
        raise MemoryError
    return 0


cdef tuple choices_of(Area* area):
    """All cells of suggestions or menu as (key, label, kind)."""
    cdef uint32_t i
    return tuple([tuple(host_of(tree_of(area.cells[i]), area.cells[i].n_tree)) for i in range(area.length)])


cdef tuple names_of(Area* area):
    """The names of an area's cells, in order."""
    cdef uint32_t i
    return tuple([
        name_of(area.cells[i])[: area.cells[i].n_name].decode() for i in range(area.length) if area.cells[i] != NULL
    ])


cdef int fill_area(Area* area, object values) except -1:
    """With cells of these names and values, in pairs."""
    cdef Incoming tree
    cdef bytes name
    for key, value in values:
        tree = Incoming()
        tree.add(value)
        name = key.encode()
        if add_cell(area, name, len(name), tree.trees.data, tree.trees.length) == NULL:
            raise MemoryError
    return 0


cdef str id_of(AreaSet* areas):
    return "" if areas == NULL or areas.parent == NULL else str(UUID(bytes=areas.id[:ID_BYTES]))


cdef object to_host_value(Heap* h, const Value* v):
    """A copy for the host of a value that `tree_size` accepted."""
    cdef Buffer out
    if is_str(v):
        return PyUnicode_DecodeUTF8(text_of(str_of(h, v)), str_of(h, v).n_bytes, NULL)
    memset(&out, 0, sizeof(Buffer))
    try:
        check_memory(put_tree(h, v, &out))
        return host_of(out.data, out.length)
    finally:
        free(out.data)


cdef str scalar_str(const Heap* h, const Value* v):
    cdef char local[LOCAL_TEXT]
    cdef Text text
    scalar_text(h, v, local, &text)
    return text.data[: text.n_bytes].decode()


cdef object shallow(Heap* h, const Value* v, bint with_items):
    """The object the Python built-ins know; they look at the elements of a container only `with_items`."""
    cdef uint32_t i
    if is_str(v):
        return PyStr(scalar_str(h, v))
    if v.tag == T_MAP:
        return PyMap()
    if v.tag == T_ARRAY:
        items = []
        if with_items:
            for i in range(array_at(h, v.v.o).length):
                items.append(shallow(h, &items_of(h, array_at(h, v.v.o))[i], False))
        return PyArray(items)
    return to_host_value(h, v)


cdef str id_text(Heap* h, const Value* v):
    return sub_session_id(shallow(h, v, False)) if is_str(v) and str_of(h, v).n_bytes <= 100 else ""


cdef tuple suggestions_of(object choices):
    return tuple([Suggestion(key, label, kind) for key, label, kind in choices if kind != "*"])
