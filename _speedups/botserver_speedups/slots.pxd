"""Fields of slotted dataclasses, where they lie in an instance."""

from cpython.object cimport PyObject

cdef extern from *:
    """
    #include <structmember.h>

    static Py_ssize_t offset_of_slot(PyObject *descriptor) {
        if (Py_TYPE(descriptor) != &PyMemberDescr_Type) return -1;
        PyMemberDef *member = ((PyMemberDescrObject *)descriptor)->d_member;
        return member->type == T_OBJECT_EX ? member->offset : -1;
    }
    """
    Py_ssize_t offset_of_slot(object descriptor)  # in bytes; -1: the descriptor is none of a slot's

cdef inline PyObject** place_of_slot(PyObject* instance, Py_ssize_t offset) noexcept:
    return <PyObject**>(<char*>instance + offset)

cdef inline object slot(object instance, Py_ssize_t offset):
    """What is in a slot of an instance of the class that `offset` is of; its `__init__` has filled it."""
    return <object>place_of_slot(<PyObject*>instance, offset)[0]
