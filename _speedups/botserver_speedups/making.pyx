"""Makes and copies values of slotted dataclasses without running Python for it: `botserver/immutable.py` says of which.

Theory of operation
-------------------
A call of such a class ends in `_make`: `equip` puts it into the type's vectorcall slot, which only that very class has,
no class derived from it. It fills the slots where the class's own `__init__` would: arguments by place and by name, then
defaults. Whatever it does not understand, a wrong call above all, it leaves to that `__init__`, which thereby stays the
specification and the one place that words errors. Names of arguments are compared as pointers: both those of fields and
those in compiled Python are interned.

A plan stands in the class's own dictionary and lives as long as it does.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_INCREF

import dataclasses
import sys

from botserver_speedups.slots cimport offset_of_slot, place_of_slot


cdef extern from *:
    """
    static PyObject *plan_of(PyTypeObject *type, PyObject *name) {
        return type->tp_dict == NULL ? NULL : PyDict_GetItemWithError(type->tp_dict, name);
    }
    static PyObject *blank_of(PyTypeObject *type) { return type->tp_alloc(type, 0); }
    static PyObject *called_as_ever(PyObject *type, PyObject *arguments, PyObject *named) {
        return PyType_Type.tp_call(type, arguments, named);
    }
    static void set_maker(PyObject *type, vectorcallfunc maker) { ((PyTypeObject *)type)->tp_vectorcall = maker; }
    """
    ctypedef struct PyTypeObject:
        pass
    ctypedef PyObject* (*Maker "vectorcallfunc")(PyObject*, PyObject* const*, size_t, PyObject*) except NULL
    # Borrowed; NULL: it has none. Built-in types have no dictionary of their own from Python 3.12 on.
    PyObject* plan_of(PyTypeObject* type, PyObject* name) noexcept
    PyObject* blank_of(PyTypeObject* type) noexcept
    object called_as_ever(PyObject* type, object arguments, object named)
    void set_maker(object type, Maker maker)
    Py_ssize_t PyVectorcall_NARGS(size_t nargsf) noexcept
    PyObject* PyTuple_GET_ITEM(PyObject* values, Py_ssize_t at) noexcept
    Py_ssize_t PyTuple_GET_SIZE(PyObject* values) noexcept
    PyTypeObject* Py_TYPE(PyObject* instance) noexcept
    void c_incref "Py_INCREF"(PyObject* instance) noexcept
    void c_decref "Py_DECREF"(PyObject* instance) noexcept
    ctypedef PyObject* (*PyCFunction)(PyObject*, PyObject*)
    ctypedef struct PyMethodDef:
        const char* ml_name
        PyCFunction ml_meth
        int ml_flags
        const char* ml_doc
    int METH_FASTCALL
    int METH_KEYWORDS
    object PyCFunction_NewEx(PyMethodDef* method, PyObject* instance, object module)


cdef str _PLAN = sys.intern("__making__")


cdef class _Plan:
    """The fields of a class in the order of `__init__`."""

    cdef Py_ssize_t count
    cdef Py_ssize_t* offsets  # `count` of them, of the slots, in bytes
    cdef PyObject** names  # likewise, interned; kept alive by `named`
    cdef PyObject** defaults  # likewise, NULL without one; kept alive by `kept`
    cdef tuple kept
    cdef tuple factories  # None where there is none
    cdef tuple named

    def __cinit__(self, Py_ssize_t count):
        self.count = count
        self.offsets = <Py_ssize_t*>PyMem_Malloc(count * sizeof(Py_ssize_t))
        self.names = <PyObject**>PyMem_Malloc(count * sizeof(PyObject*))
        self.defaults = <PyObject**>PyMem_Malloc(count * sizeof(PyObject*))
        if self.offsets == NULL or self.names == NULL or self.defaults == NULL:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.offsets)
        PyMem_Free(self.names)
        PyMem_Free(self.defaults)


cdef inline void _fill(PyObject* instance, Py_ssize_t offset, PyObject* value) noexcept:
    c_incref(value)
    place_of_slot(instance, offset)[0] = value


cdef inline Py_ssize_t _place_of(_Plan plan, PyObject* name, Py_ssize_t likely) noexcept:
    """Of the field with this name, looked for from `likely` on: they mostly come in order. -1: there is none."""
    cdef Py_ssize_t tried
    for tried in range(plan.count):
        if plan.names[likely] == name:
            return likely
        likely += 1
        if likely == plan.count:
            likely = 0
    return -1


cdef bint _take_named(
    _Plan plan, PyObject* made, PyObject* const* values, PyObject* names
) noexcept:
    """False: one is no field, or was given by place too."""
    cdef Py_ssize_t at = 0, n
    for n in range(PyTuple_GET_SIZE(names)):
        at = _place_of(plan, PyTuple_GET_ITEM(names, n), at)
        if at < 0 or place_of_slot(made, plan.offsets[at])[0] != NULL:
            return False
        _fill(made, plan.offsets[at], values[n])
    return True


cdef bint _take_defaults(_Plan plan, PyObject* made, Py_ssize_t first) except -1:
    """False: a field that must be given was not."""
    cdef Py_ssize_t at
    for at in range(first, plan.count):
        if place_of_slot(made, plan.offsets[at])[0] != NULL:
            continue
        if plan.defaults[at] != NULL:
            _fill(made, plan.offsets[at], plan.defaults[at])
        elif plan.factories[at] is not None:
            value = plan.factories[at]()
            _fill(made, plan.offsets[at], <PyObject*>value)
        else:
            return False
    return True


cdef object _as_ever(PyObject* cls, PyObject* const* values, Py_ssize_t given, PyObject* names):
    named = {}
    if names != NULL:
        named = {name: <object>values[given + n] for n, name in enumerate(<object>names)}
    return called_as_ever(cls, tuple([<object>values[n] for n in range(given)]), named)


cdef PyObject* _make(PyObject* cls, PyObject* const* values, size_t nargsf, PyObject* names) except NULL:
    """The type's vectorcall: a new reference."""
    cdef Py_ssize_t given = PyVectorcall_NARGS(nargsf)
    cdef _Plan plan = <_Plan>plan_of(<PyTypeObject*>cls, <PyObject*>_PLAN)
    cdef PyObject* made
    cdef Py_ssize_t at
    if given <= plan.count:
        made = blank_of(<PyTypeObject*>cls)
        if made == NULL:
            raise MemoryError
        for at in range(given):
            _fill(made, plan.offsets[at], values[at])
        try:
            if names == NULL or _take_named(plan, made, values + given, names):
                if _take_defaults(plan, made, given):
                    return made
        except:
            c_decref(made)
            raise
        c_decref(made)
    asked = _as_ever(cls, values, given, names)
    Py_INCREF(asked)
    return <PyObject*>asked


def equip(cls):
    """Let the calls of a slotted dataclass be made here, of which `dataclass` wrote the `__init__`. False, and nothing
    changes, if a call does more than to take the fields, each in its slot."""
    fields = dataclasses.fields(cls)
    if not fields or hasattr(cls, "__post_init__") or cls.__new__ is not object.__new__:
        return False
    plan = _Plan(len(fields))
    kept = []
    factories = []
    names = []
    for at, field in enumerate(fields):
        holder = next((each for each in cls.__mro__ if field.name in each.__dict__), None)
        offset = -1 if holder is None else offset_of_slot(holder.__dict__[field.name])
        if offset < 0 or not field.init or field.kw_only:
            return False
        name = sys.intern(field.name)
        plan.offsets[at] = offset
        names.append(name)
        plan.names[at] = <PyObject*>name
        has_default = field.default is not dataclasses.MISSING
        kept.append(field.default)
        plan.defaults[at] = <PyObject*>field.default if has_default else NULL
        factories.append(None if field.default_factory is dataclasses.MISSING else field.default_factory)
    plan.named = tuple(names)
    plan.kept = tuple(kept)
    plan.factories = tuple(factories)
    type.__setattr__(cls, _PLAN, plan)
    set_maker(cls, _make)
    return True


cdef PyObject* _changed(PyObject* module, PyObject* const* values, Py_ssize_t given, PyObject* names) except NULL:
    if given != 1:
        raise TypeError("changed() takes one value by place, and fields by name")
    instance = <object>values[0]
    cdef PyTypeObject* cls = Py_TYPE(values[0])
    cdef PyObject* found = plan_of(cls, <PyObject*>_PLAN)
    cdef PyObject* made
    cdef PyObject* before
    cdef PyObject** place
    cdef _Plan plan
    cdef Py_ssize_t at, n
    if found == NULL:
        raise TypeError(f"{type(instance).__name__} cannot be copied so")
    plan = <_Plan>found
    made = blank_of(cls)
    if made == NULL:
        raise MemoryError
    try:
        for at in range(plan.count):
            before = place_of_slot(values[0], plan.offsets[at])[0]
            if before == NULL:
                raise AttributeError(f"{type(instance).__name__} has a field without a value")
            _fill(made, plan.offsets[at], before)
        at = 0
        for n in range(0 if names == NULL else PyTuple_GET_SIZE(names)):
            at = _place_of(plan, PyTuple_GET_ITEM(names, n), at)
            if at < 0:
                name = <object>PyTuple_GET_ITEM(names, n)
                if name not in plan.named:
                    raise TypeError(f"{type(instance).__name__} has no field {name!r}")
                at = plan.named.index(name)
            place = place_of_slot(made, plan.offsets[at])
            before = place[0]
            c_incref(values[1 + n])
            place[0] = values[1 + n]
            c_decref(before)
    except:
        c_decref(made)
        raise
    return made


cdef PyMethodDef _CHANGED
_CHANGED.ml_name = "changed"
_CHANGED.ml_meth = <PyCFunction><void*>_changed
_CHANGED.ml_flags = METH_FASTCALL | METH_KEYWORDS
_CHANGED.ml_doc = "A copy with other values in some fields, of a class that is equipped."
changed = PyCFunction_NewEx(&_CHANGED, NULL, __name__)
