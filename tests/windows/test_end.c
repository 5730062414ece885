// SPDX-License-Identifier: MIT
// The end of the library before the process, and with it: what is kept goes, and what is told is told. Does not link
// the library that it opens.
#include "place.h"
#include "region_memory.h"

enum { ENDED_AS_ASKED = 7 };

static const char *library_file, *own_file;

/* What of the library the test calls. */
typedef struct Calls {
    HMODULE library;
    Samrena *(*create)(const SamrenaConfig *config);
    void (*destroy)(Samrena *arena);
    Samrena *(*scratch)(Samrena *const *conflicts, size_t count);
    SamrenaError (*reserve)(Samrena *arena, uint64_t size);
    void *(*push_copy)(Samrena *arena, const void *bytes, uint64_t size);
    SamrenaError (*adapter_register)(const SamrenaAdapter *adapter);
} Calls;

static void find(HMODULE library, const char *name, void *function) {
    FARPROC found = GetProcAddress(library, name);
    assert_non_null(found);
    memcpy(function, &found, sizeof(found));
}

static Calls open_library(void) {
    Calls calls = {.library = LoadLibraryA(library_file)};
    assert_non_null(calls.library);
    find(calls.library, "samrena_create", &calls.create);
    find(calls.library, "samrena_destroy", &calls.destroy);
    find(calls.library, "samrena_scratch", &calls.scratch);
    find(calls.library, "samrena_reserve", &calls.reserve);
    find(calls.library, "samrena_push_copy", &calls.push_copy);
    find(calls.library, "samrena_adapter_register", &calls.adapter_register);
    return calls;
}

static bool is_loaded(const Calls *calls) {
    wchar_t name[PLACE_PATH];
    return GetModuleFileNameW(calls->library, name, PLACE_PATH) > 0;
}

/* ---- Unloaded ---- */

static int living; /* contexts of the adapter below */

static SamrenaError create_counted(const SamrenaHost *host, SamrenaAdapterParams *params, void *context) {
    (void)host;
    (void)context;
    params->recyclable = 1 << 16;
    living++;
    return SAMRENA_OK;
}

static void destroy_counted(void *context) {
    (void)context;
    living--;
}

static SamrenaError acquire(void *context, const SamrenaWant *want, SamrenaRegion *region) {
    (void)context;
    region->base = region_malloc(want->required);
    region->size = region->zero_from = want->required;
    return region->base ? SAMRENA_OK : SAMRENA_ERROR_OUT_OF_MEMORY;
}

static void release(void *context, const SamrenaRegion *region) {
    (void)context;
    region_free(region->base);
}

SAMRENA_ADAPTER_DEFINE(
    counted, "counted", .version = "1",
    .operations = {.create = create_counted, .destroy = destroy_counted, .acquire = acquire, .release = release});

static void test_what_is_kept_goes_with_the_library(void **state) {
    (void)state;
    Calls calls = open_library();
    SamrenaConfig config = config_named("counted");
    assert_int_equal(calls.adapter_register(&samrena_adapter_counted), SAMRENA_OK);
    Samrena *arena = calls.create(&config);
    assert_non_null(arena);
    assert_non_null(calls.push_copy(arena, "x", 1));
    calls.destroy(arena);
    assert_int_equal(living, 1); /* kept */
    assert_true(FreeLibrary(calls.library));
    assert_false(is_loaded(&calls));
    assert_int_equal(living, 0);
}

static DWORD WINAPI use_scratch(void *calls) {
    Samrena *arena = ((const Calls *)calls)->scratch(NULL, 0);
    return arena && ((const Calls *)calls)->push_copy(arena, "x", 1) ? 0 : 1;
}

/* What is called when a thread ends has to stay. */
static void test_the_library_stays_for_threads_that_end(void **state) {
    DWORD failed = 1;
    (void)state;
    Calls calls = open_library();
    HANDLE thread = CreateThread(NULL, 0, use_scratch, &calls, 0, NULL);
    assert_non_null(thread);
    assert_int_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(thread, &failed));
    assert_int_equal(failed, 0);
    CloseHandle(thread);
    assert_true(FreeLibrary(calls.library));
    assert_true(is_loaded(&calls));
}

/* ---- With the process ---- */

/* In a process of its own: a scratch arena that nobody ends, and memory that is being made resident ahead. */
static void live_and_end(const char *how) {
    static unsigned char block[1000];
    Calls calls = open_library();
    SamrenaConfig config = samrena_default_config();
    config.adapter = "virtual";
    config.prefault = SAMRENA_PREFAULT_AHEAD;
    config.ahead = 256 * MIB;
    Samrena *arena = calls.create(&config);
    if (!arena || calls.reserve(arena, 512 * MIB) != SAMRENA_OK || use_scratch(&calls) != 0)
        exit(1);
    for (int i = 0; i < 2000; i++)
        calls.push_copy(arena, block, sizeof(block));
    if (strcmp(how, "exit") == 0)
        exit(ENDED_AS_ASKED);
    ExitProcess(ENDED_AS_ASKED);
}

static HANDLE open_told(void) {
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof(inherited), .bInheritHandle = TRUE};
    HANDLE told = CreateFileW(wide_in_place(L"told"), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                              &inherited, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    assert_ptr_not_equal(told, INVALID_HANDLE_VALUE);
    return told;
}

static void run_child(const char *how, HANDLE told) {
    char command[3 * PLACE_PATH];
    DWORD code = 0;
    STARTUPINFOA start = {.cb = sizeof(start), .dwFlags = STARTF_USESTDHANDLES, .hStdError = told, .hStdOutput = told};
    PROCESS_INFORMATION child;
    snprintf(command, sizeof(command), "\"%s\" \"%s\" %s", own_file, library_file, how);
    assert_true(SetEnvironmentVariableA("SAMRENA_STATS", "1"));
    assert_true(CreateProcessA(own_file, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &child));
    assert_true(SetEnvironmentVariableA("SAMRENA_STATS", NULL));
    assert_int_equal(WaitForSingleObject(child.hProcess, INFINITE), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(child.hProcess, &code));
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    assert_int_equal(code, ENDED_AS_ASKED);
}

static void scratch_is_told(const char *how) {
    char text[4096] = "";
    DWORD size = 0;
    HANDLE told = open_told();
    run_child(how, told);
    assert_int_equal(SetFilePointer(told, 0, NULL, FILE_BEGIN), 0);
    assert_true(ReadFile(told, text, sizeof(text) - 1, &size, NULL));
    CloseHandle(told);
    const char *line = strstr(text, "samrena_scratch");
    unsigned arenas = 0, alive = 1;
    assert_non_null(line);
    assert_int_equal(sscanf(line, "samrena_scratch %u %u", &arenas, &alive), 2);
    assert_int_equal(arenas, 1);
    assert_int_equal(alive, 0);
}

static void test_a_program_that_returns(void **state) {
    (void)state;
    scratch_is_told("exit");
}

static void test_a_process_that_ends_at_once(void **state) {
    (void)state;
    scratch_is_told("ExitProcess");
}

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_kept_goes_with_the_library),
        cmocka_unit_test(test_the_library_stays_for_threads_that_end),
        cmocka_unit_test_setup_teardown(test_a_program_that_returns, make_place, remove_place),
        cmocka_unit_test_setup_teardown(test_a_process_that_ends_at_once, make_place, remove_place),
    };
    own_file = arguments[0];
    library_file = count > 1 ? arguments[1] : "";
    if (count > 2)
        live_and_end(arguments[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
