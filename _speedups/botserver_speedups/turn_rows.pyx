"""Writes plain turns on a connection of Python's `sqlite3`: the twin of `botserver/store/sqlite/turns.py`, which says what
is written and has the statements.

Theory of operation
-------------------
The driver in Python takes as long on the way into a statement and out of it as SQLite takes to run it. Here the
statements of a turn run one after the other, with values that are bound where they lie: no tuples, no copies, no letting
go of the interpreter but for a large state.

It must be the SQLite that has the connection: two copies in a process would take each other's locks on the file away. So
nothing is linked. `find` looks up the functions where the driver's own calls lead, through its file, and whoever does not
have them there (a driver that hides the SQLite inside it) writes in Python. The connection's handle comes out of SQLite
too: it calls `_opened` for each connection that is opened meanwhile, on the thread that opens it.

SQLite counts the bytes it has, under a lock for each that it takes or gives back, a tenth of what a turn costs it. It stops
that before it has any.

All values of a batch are alive until `write` returns, and nothing is run after that before it is bound anew. Statements
are prepared once, with the first batch, and `close` has to come before the end of the connection. Nothing here knows of
transactions: what fails, fails with the driver's exceptions, and has to be undone by who asked.
"""

from libc.stdint cimport int64_t, uint64_t


cdef extern from *:
    """
    #include <dlfcn.h>
    #include <errno.h>
    #include <time.h>
    #include <unistd.h>

    typedef struct sqlite3 sqlite3;
    typedef struct sqlite3_stmt sqlite3_stmt;

    #define FUNCTIONS(of) \\
        of(int64_t, memory_used, (void)) \\
        of(int, shutdown, (void)) \\
        of(int, config, (int, ...)) \\
        of(int, initialize, (void)) \\
        of(int, auto_extension, (void (*)(void))) \\
        of(int, cancel_auto_extension, (void (*)(void))) \\
        of(int, prepare_v3, (sqlite3 *, const char *, int, unsigned, sqlite3_stmt **, const char **)) \\
        of(int, finalize, (sqlite3_stmt *)) \\
        of(int, step, (sqlite3_stmt *)) \\
        of(int, reset, (sqlite3_stmt *)) \\
        of(int, changes, (sqlite3 *)) \\
        of(const char *, errmsg, (sqlite3 *)) \\
        of(int, bind_null, (sqlite3_stmt *, int)) \\
        of(int, bind_int64, (sqlite3_stmt *, int, int64_t)) \\
        of(int, bind_double, (sqlite3_stmt *, int, double)) \\
        of(int, bind_blob64, (sqlite3_stmt *, int, const void *, uint64_t, void (*)(void *))) \\
        of(int, bind_text64, (sqlite3_stmt *, int, const char *, uint64_t, void (*)(void *), unsigned char)) \\
        of(int64_t, column_int64, (sqlite3_stmt *, int)) \\
        of(double, column_double, (sqlite3_stmt *, int))

    #define POINTER(gives, name, takes) static gives (*sql_##name) takes;
    FUNCTIONS(POINTER)

    static __thread sqlite3 *opened_last;
    static int on_open(sqlite3 *db, const char **error, const void *functions) { opened_last = db; return 0; }

    static int find_functions(const char *file) {
        void *library = dlopen(file, RTLD_LAZY | RTLD_NOLOAD);
        if (library == NULL) return 0;
        #define LOOK_UP(gives, name, takes) \\
            if ((*(void **)&sql_##name = dlsym(library, "sqlite3_" #name)) == NULL) return 0;
        FUNCTIONS(LOOK_UP)
        return 1;
    }
    static void stop_counting(void) {
        enum { MEMSTATUS = 9 };
        if (sql_memory_used() || sql_shutdown()) return;  /* there are connections, which would not live through it */
        sql_config(MEMSTATUS, 0);
        sql_initialize();
    }
    static int watch_opening(void) { opened_last = NULL; return sql_auto_extension((void (*)(void))on_open); }
    static sqlite3 *end_watching(void) { sql_cancel_auto_extension((void (*)(void))on_open); return opened_last; }

    static int ends_one(int asked, int answers, sqlite3_stmt *commit, int *code, double *took_s) {
        char which;
        ssize_t got;
        struct timespec began, ended;
        do got = read(asked, &which, 1); while (got < 0 && errno == EINTR);
        if (got != 1) return 0;
        clock_gettime(CLOCK_MONOTONIC, &began);
        *code = sql_step(commit);
        clock_gettime(CLOCK_MONOTONIC, &ended);
        *took_s = (ended.tv_sec - began.tv_sec) + (ended.tv_nsec - began.tv_nsec) / 1e9;
        do got = write(answers, &which, 1); while (got < 0 && errno == EINTR);
        return got == 1;
    }

    #define bind_bytes(statement, at, data, size) sql_bind_blob64(statement, at, data, (uint64_t)(size), NULL)
    #define bind_utf8(statement, at, data, size) sql_bind_text64(statement, at, data, (uint64_t)(size), NULL, 1)
    """
    ctypedef struct sqlite3:
        pass
    ctypedef struct sqlite3_stmt:
        pass
    bint find_functions(const char* file)
    void stop_counting() noexcept
    int watch_opening()
    sqlite3* end_watching()
    bint ends_one(int asked, int answers, sqlite3_stmt* commit, int* code, double* took_s) noexcept nogil
    int sql_prepare_v3(sqlite3*, const char*, int, unsigned, sqlite3_stmt**, const char**) noexcept
    int sql_finalize(sqlite3_stmt*) noexcept
    int sql_step(sqlite3_stmt*) noexcept nogil
    int sql_reset(sqlite3_stmt*) noexcept
    int sql_changes(sqlite3*) noexcept
    const char* sql_errmsg(sqlite3*) noexcept
    int sql_bind_null(sqlite3_stmt*, int) noexcept
    int sql_bind_int64(sqlite3_stmt*, int, int64_t) noexcept
    int sql_bind_double(sqlite3_stmt*, int, double) noexcept
    int bind_bytes(sqlite3_stmt*, int, const char*, Py_ssize_t) noexcept
    int bind_utf8(sqlite3_stmt*, int, const char*, Py_ssize_t) noexcept
    int64_t sql_column_int64(sqlite3_stmt*, int) noexcept
    double sql_column_double(sqlite3_stmt*, int) noexcept

cdef extern from "Python.h":
    const char* PyUnicode_AsUTF8AndSize(object text, Py_ssize_t* size) except NULL
    const char* PyBytes_AS_STRING(object data) noexcept
    Py_ssize_t PyBytes_GET_SIZE(object data) noexcept


cdef enum:
    ROW = 100
    DONE = 101
    NOMEM = 7
    PERSISTENT = 1  # of prepare_v3: it is kept for long
    MUCH = 100_000  # bytes, that take SQLite about 0.2 ms


cdef enum:
    STANDS, GO_ON, RECORD_ID, PUT_MESSAGE, PUT_STATE, TRIM_STATES, TRIM_MESSAGES, EXPIRE_REPLY, FORGET_ID
    COUNT


cdef bint _is_found = False


def find(str file):
    """Look for SQLite's functions behind the driver, which was loaded from `file`. False: they are not to be had. The
    first time nobody may open a connection meanwhile."""
    global _is_found
    if not _is_found and find_functions(file.encode()):
        _is_found = True
        stop_counting()
    return _is_found


def opened(connect, tuple statements, dict errors, committed, suggestions_json):
    """The connection that `connect` opens, and what writes on it. `statements` are nine, in the order of
    `turns.STATEMENTS`. `errors` has the class of each of SQLite's primary codes, under None that of all others;
    `committed` makes a result."""
    if not _is_found or len(statements) != COUNT:
        raise RuntimeError("there is no SQLite to be called, or not so")
    cdef TurnRows rows = TurnRows.__new__(TurnRows)
    rows.texts, rows.errors = statements, errors
    rows.committed, rows.suggestions_json = committed, suggestions_json
    if watch_opening():
        raise MemoryError
    try:
        connection = connect()
    finally:
        rows.db = end_watching()
    if rows.db == NULL:
        raise RuntimeError("SQLite did not say what it opened")
    rows._check(sql_prepare_v3(rows.db, b"COMMIT", -1, PERSISTENT, &rows.commit, NULL))
    return connection, rows


cdef class TurnRows:
    """Writes on one connection."""

    cdef sqlite3* db  # NULL: it is closed
    cdef sqlite3_stmt* statements[COUNT]
    cdef sqlite3_stmt* commit
    cdef int code  # what became of the last transaction that `serve` ended
    cdef double took_s
    cdef tuple texts
    cdef dict errors
    cdef object committed
    cdef object suggestions_json

    def __dealloc__(self):
        self._finalize()

    def close(self):
        """No more is written. Comes before the end of the connection."""
        self._finalize()
        self.db = NULL

    cdef void _finalize(self) noexcept:
        cdef int n
        for n in range(COUNT):
            if self.statements[n] != NULL:
                sql_finalize(self.statements[n])
                self.statements[n] = NULL
        if self.commit != NULL:
            sql_finalize(self.commit)
            self.commit = NULL

    def write(self, commits, double now, int64_t kept_turns, int64_t kept_messages, int64_t kept_ids):
        """Write turns of different sessions; what becomes of each, None if it is not where it stood. None instead of all
        if a message id is there already. Whatever is raised, some may be written."""
        if self.statements[COUNT - 1] == NULL:
            self._prepare()
        results = []
        for commit in commits:
            result = self._write_one(commit, now, kept_turns, kept_messages, kept_ids)
            if result is False:
                return None
            results.append(result)
        return results

    def serve(self, int asked, int answers):
        """End a transaction for each byte out of `asked` and say so with one into `answers`, until `asked` ends. It is a
        thread's whole life, and does without the interpreter: nobody asks for a transaction's end before `ended` told of
        the one before."""
        if self.commit == NULL:
            raise RuntimeError("it is closed")
        with nogil:
            while ends_one(asked, answers, self.commit, &self.code, &self.took_s):
                pass

    def ended(self):
        """Seconds that the transaction's end took. Raises what the driver would."""
        cdef int code = self.code
        if code != DONE:
            self._fail_of(self.commit, code)
        sql_reset(self.commit)
        return self.took_s

    cdef int _prepare(self) except -1:
        """Whatever is missing."""
        cdef bytes text
        if self.db == NULL:
            raise RuntimeError("it is closed")
        for n, statement in enumerate(self.texts):
            text = statement.encode()
            if self.statements[<int>n] == NULL:
                self._check(sql_prepare_v3(self.db, text, -1, PERSISTENT, &self.statements[<int>n], NULL))
        return 0

    cdef object _write_one(
        self, object commit, double now, int64_t kept_turns, int64_t kept_messages, int64_t kept_ids
    ):
        """False: its message id is there already."""
        cdef sqlite3_stmt* statement = self.statements[STANDS]
        cdef int64_t session_row, epoch, number, first_seq, kept_seq
        cdef int64_t revision = commit.expected_revision
        cdef double expires_at
        cdef tuple messages = tuple(commit.messages)
        cdef int64_t last_seq = messages[0].seq - 1
        standing, accept = commit.standing, commit.accept
        release = standing.release
        self._text(statement, 1, commit.session_id)
        self._number(statement, 2, revision)
        self._text(statement, 3, release)
        self._number(statement, 4, last_seq)
        if not self._has_row(statement):
            return None
        session_row = sql_column_int64(statement, 0)
        epoch = sql_column_int64(statement, 1)
        number = sql_column_int64(statement, 2) + 1
        first_seq = sql_column_int64(statement, 3)
        expires_at = now + sql_column_double(statement, 4)
        sql_reset(statement)

        revision += 1
        last_seq += len(messages)
        kept_seq = max(first_seq, last_seq + 1 - kept_messages)
        statement = self.statements[GO_ON]
        self._standing(statement, 1, standing)
        self._number(statement, 6, revision)
        self._number(statement, 7, revision)
        self._number(statement, 8, number)
        self._number(statement, 9, number)
        self._number(statement, 10, kept_seq)
        self._number(statement, 11, last_seq)
        self._number(statement, 12, len(messages))
        self._number(statement, 13, commit.fuel)
        self._real(statement, 14, now)
        self._real(statement, 15, expires_at)
        self._number(statement, 16, session_row)
        self._run(statement)

        statement = self.statements[RECORD_ID]
        message_id = accept.message_id
        reply = commit.replies.get(message_id)
        self._number(statement, 1, session_row)
        self._number(statement, 2, number)
        self._text(statement, 3, message_id)
        self._bytes(statement, 4, accept.content)
        self._real(statement, 5, now)
        self._bytes(statement, 6, reply)
        self._run(statement)
        if sql_changes(self.db) != 1:
            return False
        for message in messages:
            self._put_message(session_row, message)

        statement = self.statements[PUT_STATE]
        self._number(statement, 1, session_row)
        self._text(statement, 2, "")
        self._number(statement, 3, revision)
        root = commit.state.root
        self._bytes(statement, 4, root)
        self._bytes(statement, 5, b"")
        self._real(statement, 6, now)
        self._text(statement, 7, release)
        self._standing(statement, 8, standing)
        self._run(statement, lets_go=len(root) > MUCH)

        if revision > kept_turns:
            self._run_of(TRIM_STATES, session_row, revision - kept_turns)
        if kept_seq > first_seq:
            self._run_of(TRIM_MESSAGES, session_row, kept_seq)
        if number > kept_messages:
            self._run_of(EXPIRE_REPLY, session_row, number - kept_messages)
        if number > kept_ids:
            self._run_of(FORGET_ID, session_row, number - kept_ids)
        return self.committed(revision, epoch, number, now, expires_at, None)

    cdef int _put_message(self, int64_t session_row, object message) except -1:
        cdef sqlite3_stmt* statement = self.statements[PUT_MESSAGE]
        cdef str text = message.text
        suggestions = message.suggestions
        if "\0" in text:
            raise ValueError("a text holds U+0000, which not every database can store")
        suggestions = self.suggestions_json(suggestions) if suggestions else ""  # alive until the statement has run
        self._number(statement, 1, session_row)
        self._number(statement, 2, message.seq)
        self._text(statement, 3, message.role._value_)
        self._text(statement, 4, text)
        self._real(statement, 5, message.created_at)
        self._text(statement, 6, suggestions)
        self._text(statement, 7, message.message_id)
        self._number(statement, 8, message.turn)
        self._text(statement, 9, message.author)
        self._text(statement, 10, message.address)
        self._text(statement, 11, message.image)
        self._run(statement)
        return 0

    cdef int _standing(self, sqlite3_stmt* statement, int at, object standing) except -1:
        """But for the release: five values."""
        self._text(statement, at, standing.activity._value_)
        self._text(statement, at + 1, standing.waiting_for)
        self._number(statement, at + 2, standing.memory_bytes)
        self._text(statement, at + 3, standing.owner._value_)
        self._bytes(statement, at + 4, standing.extra)
        return 0

    cdef inline int _text(self, sqlite3_stmt* statement, int at, str text) except -1:
        cdef Py_ssize_t size
        cdef const char* data
        if text is None:
            self._check(sql_bind_null(statement, at))
        else:
            data = PyUnicode_AsUTF8AndSize(text, &size)
            self._check(bind_utf8(statement, at, data, size))
        return 0

    cdef inline int _bytes(self, sqlite3_stmt* statement, int at, bytes data) except -1:
        if data is None:
            self._check(sql_bind_null(statement, at))
        else:
            self._check(bind_bytes(statement, at, PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data)))
        return 0

    cdef inline int _number(self, sqlite3_stmt* statement, int at, int64_t number) except -1:
        self._check(sql_bind_int64(statement, at, number))
        return 0

    cdef inline int _real(self, sqlite3_stmt* statement, int at, double number) except -1:
        self._check(sql_bind_double(statement, at, number))
        return 0

    cdef inline int _run_of(self, int nth, int64_t session_row, int64_t number) except -1:
        """A statement of the row of a session and a number."""
        self._number(self.statements[nth], 1, session_row)
        self._number(self.statements[nth], 2, number)
        self._run(self.statements[nth])
        return 0

    cdef inline int _run(self, sqlite3_stmt* statement, bint lets_go=False) except -1:
        """`lets_go`: of the interpreter meanwhile, because it takes its time."""
        cdef int code
        if lets_go:
            with nogil:
                code = sql_step(statement)
        else:
            code = sql_step(statement)
        if code != DONE:
            self._fail_of(statement, code)
        sql_reset(statement)
        return 0

    cdef inline bint _has_row(self, sqlite3_stmt* statement) except -1:
        """Whether there is a row. If so it can be read until the statement is reset."""
        cdef int code = sql_step(statement)
        if code == ROW:
            return True
        if code != DONE:
            self._fail_of(statement, code)
        sql_reset(statement)
        return False

    cdef inline int _check(self, int code) except -1:
        if code:
            self._fail(code)
        return 0

    cdef int _fail_of(self, sqlite3_stmt* statement, int code) except -1:
        try:
            self._fail(code)
        finally:
            sql_reset(statement)
        return 0

    cdef int _fail(self, int code) except -1:
        """Raise what the driver would."""
        code &= 0xff
        if code == NOMEM:
            raise MemoryError
        raise self.errors.get(code, self.errors[None])(sql_errmsg(self.db).decode(errors="replace"))
