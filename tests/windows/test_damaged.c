// SPDX-License-Identifier: MIT
// DLLs that were cut off or have one byte changed in their headers: taken or refused, but the program lives on.
//
// Two changes in some thousand are no header's to tell: that a DLL begins elsewhere in its code, or that its data
// cannot be written. They are left out.
#include "place.h"

enum { TRUNCATIONS = 300, CORRUPTIONS = 500 };

static const char *plugin;
static unsigned char *original;
static size_t original_size;
static char damage[100]; /* that is being tried */

static size_t headers_at(void) {
    return (size_t)((const IMAGE_DOS_HEADER *)(const void *)original)->e_lfanew;
}

static const IMAGE_NT_HEADERS *headers(void) {
    return (const void *)(original + headers_at());
}

/* Where the section headers are, and end. */
static size_t sections_at(void) {
    return headers_at() + offsetof(IMAGE_NT_HEADERS, OptionalHeader) + headers()->FileHeader.SizeOfOptionalHeader;
}

static size_t sections_end(void) {
    return sections_at() + headers()->FileHeader.NumberOfSections * sizeof(IMAGE_SECTION_HEADER);
}

/* The place of the entry point, and the rights of sections. */
static bool is_not_told(size_t at) {
    size_t entry = headers_at() + offsetof(IMAGE_NT_HEADERS, OptionalHeader.AddressOfEntryPoint);
    size_t in_section = at >= sections_at() ? (at - sections_at()) % sizeof(IMAGE_SECTION_HEADER) : 0;
    return (at >= entry && at < entry + 4) || in_section == sizeof(IMAGE_SECTION_HEADER) - 1;
}

static LONG CALLBACK tell(EXCEPTION_POINTERS *exception) {
    enum { ERROR_CODES = 3 };
    DWORD code = exception->ExceptionRecord->ExceptionCode;
    if (code >> 30 == ERROR_CODES) {
        printf("Bail out! exception %lx: %s\n", code, damage);
        fflush(stdout);
        ExitProcess(1);
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

/* The name is taken already, by the whole file: so one that can be loaded is unloaded again. */
static bool is_refused(const void *bytes, size_t size) {
    const wchar_t *path = wide_in_place(L"third-party.dll");
    write_file(path, bytes, size);
    char *text = wide_to_text(path);
    assert_int_equal(samrena_adapter_load(text), SAMRENA_ERROR_ADAPTER_INVALID);
    assert_memory_equal(samrena_last_error_message(), text, strlen(text));
    free(text);
    bool loaded = strstr(samrena_last_error_message(), "is registered already");
    assert_true(DeleteFileW(path));
    return !loaded;
}

static void test_whole(void **state) {
    (void)state;
    assert_false(is_refused(original, original_size));
}

/* All of these: what lies in a section, or before. */
static void test_cut_off(void **state) {
    size_t end = 0;
    (void)state;
    const IMAGE_SECTION_HEADER *sections = (const void *)(original + sections_at());
    for (unsigned i = 0; i < headers()->FileHeader.NumberOfSections; i++)
        if (sections[i].SizeOfRawData > 0)
            end = sections[i].PointerToRawData + sections[i].SizeOfRawData;
    for (size_t i = 0; i < TRUNCATIONS; i++) {
        size_t size = i * (end - 1) / (TRUNCATIONS - 1);
        snprintf(damage, sizeof(damage), "cut to %zu of %zu bytes", size, original_size);
        assert_true(is_refused(original, size));
    }
}

static uint32_t spread(uint32_t n) {
    n = (n + 1) * UINT32_C(0x9e3779b1);
    n = (n ^ n >> 15) * UINT32_C(0x85ebca77);
    return n ^ n >> 13;
}

static void test_one_byte_changed(void **state) {
    unsigned refused = 0, tried = 0;
    (void)state;
    for (uint32_t i = 0; i < CORRUPTIONS; i++) {
        uint32_t random = spread(i);
        size_t at = random % sections_end();
        unsigned char before = original[at];
        if (is_not_told(at))
            continue;
        original[at] ^= (unsigned char)(1 + (random >> 16) % 255);
        snprintf(damage, sizeof(damage), "byte %zu is 0x%02x, was 0x%02x", at, original[at], before);
        refused += is_refused(original, original_size);
        original[at] = before;
        tried++;
    }
    printf("# %u of %u refused\n", refused, tried);
    assert_in_range(refused, tried / 4, tried - 1);
}

/* ---- Damage that has a name ---- */

typedef struct Change {
    const char *words;
    void (*make)(IMAGE_NT_HEADERS *headers, IMAGE_SECTION_HEADER *sections, unsigned char *bytes);
} Change;

#define CHANGE(name, statement)                                                                                        \
    static void name(IMAGE_NT_HEADERS *nt, IMAGE_SECTION_HEADER *sections, unsigned char *bytes) {                     \
        (void)nt, (void)sections, (void)bytes;                                                                         \
        statement;                                                                                                     \
    }

CHANGE(no_dos, bytes[0] = 'm')
CHANGE(archive, memcpy(bytes, "!<arch>", 7))
CHANGE(no_pe, nt->Signature = 0)
CHANGE(other_machine, nt->FileHeader.Machine = IMAGE_FILE_MACHINE_ARMNT)
CHANGE(other_class, nt->OptionalHeader.Magic = IMAGE_ROM_OPTIONAL_HDR_MAGIC)
CHANGE(program, nt->FileHeader.Characteristics &= (WORD)~IMAGE_FILE_DLL)
CHANGE(too_many_directories, nt->OptionalHeader.NumberOfRvaAndSizes = 17)
CHANGE(odd_alignment, nt->OptionalHeader.SectionAlignment = 4097)
CHANGE(large_image, nt->OptionalHeader.SizeOfImage = 0x7ffff000)
CHANGE(longer_image, nt->OptionalHeader.SizeOfImage += nt->OptionalHeader.SectionAlignment)
CHANGE(large_header, nt->OptionalHeader.SizeOfHeaders = 0x7fffffff)
CHANGE(no_sections, nt->FileHeader.NumberOfSections = 0)
CHANGE(many_sections, nt->FileHeader.NumberOfSections = 97)
CHANGE(moved_section, sections[1].VirtualAddress += nt->OptionalHeader.SectionAlignment)
CHANGE(moved_contents, sections[1].PointerToRawData += 512)
CHANGE(empty_section, sections[0].SizeOfRawData = sections[0].Misc.VirtualSize = sections[0].PointerToRawData = 0)
CHANGE(writable_code, sections[0].Characteristics |= IMAGE_SCN_MEM_WRITE)
CHANGE(code_not_run, sections[0].Characteristics &= ~(DWORD)IMAGE_SCN_MEM_EXECUTE)
CHANGE(unreadable, sections[1].Characteristics &= ~(DWORD)IMAGE_SCN_MEM_READ)
CHANGE(begins_in_data, nt->OptionalHeader.AddressOfEntryPoint = sections[1].VirtualAddress)
CHANGE(exports_outside, nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress = 0x7ffffff0)
CHANGE(imports_in_code,
       nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress = sections[0].VirtualAddress)
CHANGE(exports_in_code,
       nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress = sections[0].VirtualAddress)
CHANGE(relocations_in_code,
       nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_BASERELOC].VirtualAddress = sections[0].VirtualAddress)
CHANGE(thread_local_in_code,
       nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_TLS].VirtualAddress = sections[0].VirtualAddress)
CHANGE(assembly, nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR].VirtualAddress =
                     sections[0].VirtualAddress)

static const Change changes[] = {
    {"no PE file", no_dos},
    {"a static archive", archive},
    {"no PE file, or a damaged one", no_pe},
    {"another machine", other_machine},
    {"another machine", other_class},
    {"but no DLL", program},
    {"its header is not as large as its contents", too_many_directories},
    {"an alignment", odd_alignment},
    {"span more than an adapter's can", large_image},
    {"its image is not as large as its sections", longer_image},
    {"its header does not lie inside the file", large_header},
    {"its section headers do not lie inside its header", no_sections},
    {"its section headers do not lie inside its header", many_sections},
    {"its sections overlap, or lie too far apart", moved_section},
    {"its sections overlap, or lie too far apart", moved_contents},
    {"does not lie inside its image", empty_section},
    {"code that can be written", writable_code},
    {"code that is not to be run", code_not_run},
    {"a section is not readable", unreadable},
    {"it does not begin in its code", begins_in_data},
    {"what it needs at run time is not loaded", exports_outside},
    {"what it imports does not lie inside the file", imports_in_code},
    {"what it exports does not lie inside the file", exports_in_code},
    {"its relocations do not lie inside the file", relocations_in_code},
    {"its thread-local memory does not lie inside its image", thread_local_in_code},
    {"an assembly of .NET", assembly},
};

static void test_each_kind_of_damage(void **state) {
    (void)state;
    unsigned char *copy = malloc(original_size);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        memcpy(copy, original, original_size);
        changes[i].make((void *)(copy + headers_at()), (void *)(copy + sections_at()), copy);
        snprintf(damage, sizeof(damage), "%s", changes[i].words);
        assert_true(is_refused(copy, original_size));
        if (!strstr(samrena_last_error_message(), changes[i].words))
            print_message("# %s: %s\n", changes[i].words, samrena_last_error_message());
        assert_non_null(strstr(samrena_last_error_message(), changes[i].words));
    }
    free(copy);
}

static int load_whole(void **state) {
    FILE *file = fopen(plugin, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    original_size = (size_t)ftell(file);
    original = malloc(original_size);
    rewind(file);
    assert_int_equal(fread(original, 1, original_size, file), original_size);
    fclose(file);
    assert_int_equal(samrena_adapter_load(plugin), SAMRENA_OK);
    assert_non_null(AddVectoredExceptionHandler(1, tell));
    return make_place(state);
}

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_one_byte_changed),
        cmocka_unit_test(test_each_kind_of_damage),
    };
    plugin = count > 1 ? arguments[1] : "";
    return cmocka_run_group_tests(tests, load_whole, remove_place);
}
