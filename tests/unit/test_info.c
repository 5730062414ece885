// SPDX-License-Identifier: MIT
// What an arena tells about itself.
#include "files.h"
#include "residence.h"
#include "support.h"
#include "test_adapters.h"

enum {
    RESERVES = SAMRENA_CAPABILITY_RESERVE | SAMRENA_CAPABILITY_PREFAULT,
    EXTENDS = SAMRENA_CAPABILITY_EXTEND,
    TRIMS = SAMRENA_CAPABILITY_TRIM,
    CONTIGUOUS = SAMRENA_CAPABILITY_CONTIGUOUS,
    CONCURRENT = SAMRENA_CAPABILITY_CONCURRENT,
    ALL = 2 * SAMRENA_CAPABILITY_CONCURRENT - 1,
};

/* A release changes both. */
static void test_version_is_that_of_the_header(void **state) {
    (void)state;
    char expected[32];
    snprintf(expected, sizeof(expected), "%d.%d.%d", SAMRENA_VERSION_MAJOR, SAMRENA_VERSION_MINOR,
             SAMRENA_VERSION_PATCH);
    assert_string_equal(samrena_version(), expected);
}

/* A mask is had where all of it is. */
static void test_capabilities(void **state) {
    (void)state;
    static const struct {
        const char *adapter;
        int can;
    } table[] = {
        {"chained", RESERVES | TRIMS | CONCURRENT},
        {"virtual", RESERVES | EXTENDS | TRIMS | CONTIGUOUS | CONCURRENT},
        {"plain", 0},
        {"separate", RESERVES},
        {"growing", RESERVES | EXTENDS | CONTIGUOUS},
        {"stacked", RESERVES | EXTENDS},
        {"shared", RESERVES | EXTENDS | TRIMS | SAMRENA_CAPABILITY_SHARED},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        Samrena *arena = create_named(table[i].adapter);
        for (int mask = 1; mask <= ALL; mask++)
            assert_int_equal(samrena_has_capability(arena, (SamrenaCapability)mask), (table[i].can & mask) == mask);
        assert_false(samrena_has_capability(arena, (SamrenaCapability)(ALL + 1)));
        assert_false(samrena_has_capability(arena, (SamrenaCapability)((ALL + 1) | SAMRENA_CAPABILITY_RESERVE)));
        samrena_destroy(arena);
    }
}

static void test_info_follows_the_arena(void **state) {
    SamrenaConfig config = config_of(state);
    config.limit = 10 * MIB;
    Samrena *arena = create(&config);
    SamrenaInfo info = info_of(arena);
    assert_int_equal(info.limit, 10 * MIB);
    samrena_push(arena, 100);
    samrena_push(arena, MIB);
    info = info_of(arena);
    assert_int_equal(info.allocated, samrena_allocated(arena));
    assert_int_equal(info.capacity, samrena_capacity(arena));
    assert_int_equal(info.high_water, info.allocated);
    assert_true(info.committed >= info.allocated);
    assert_int_equal(info.adapter_calls, 2);
    assert_int_equal(info.regions, samrena_has_capability(arena, SAMRENA_CAPABILITY_CONTIGUOUS) ? 1 : 2);
    if (strcmp(*state, "chained") == 0)
        assert_int_equal(info.ceiling, 0);
    else
        assert_in_range(info.ceiling, MIB, 32 * GIB); /* less where addresses are scarce */
    samrena_destroy(arena);
}

static void test_info_of_what_is_out_of_reach(void **state) {
    (void)state;
    Samrena *arena = create_named("separate");
    samrena_push(arena, 104);
    samrena_push(arena, 5000);
    SamrenaInfo info = info_of(arena);
    assert_int_equal(info.committed, 4 * KIB + 5008);
    assert_int_equal(info.capacity, 104 + 5008);
    assert_int_equal(info.limit, 0);
    assert_int_equal(info.ceiling, 0);
    assert_int_equal(info.growth_hint, 0);
    samrena_destroy(arena);
}

static void test_resident_memory(void **state) {
    SamrenaConfig config = config_of(state);
    config.huge_pages = SAMRENA_HUGE_PAGES_NEVER;
    config.prefault = SAMRENA_PREFAULT_NEVER;
    Samrena *arena = create_as(state, &config);
    assert_int_equal(samrena_reserve(arena, 64 * MIB), SAMRENA_OK);
    assert_true(info_of(arena).committed >= 64 * MIB);
    assert_true(samrena_resident(arena) < MIB);
    memset(samrena_push(arena, 17 * MIB), 1, 17 * MIB);
    if (residence_is_told())
        assert_in_range(samrena_resident(arena), 17 * MIB, 18 * MIB);
    else
        assert_int_equal(samrena_resident(arena), 0);
    samrena_destroy(arena);
}

static void test_contains(void **state) {
    int other;
    Samrena *arena = create_for(state);
    assert_false(samrena_contains(arena, NULL));
    assert_false(samrena_contains(arena, &other));
    unsigned char *first = samrena_push(arena, 100);
    assert_true(samrena_contains(arena, first));
    assert_true(samrena_contains(arena, first + 99));
    assert_false(samrena_contains(arena, first + 104));
    assert_false(samrena_contains(arena, first - 1));
    SamrenaMark mark = samrena_mark(arena);
    unsigned char *blocks[500];
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        blocks[i] = samrena_push(arena, 3000);
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        assert_true(samrena_contains(arena, blocks[i]) && samrena_contains(arena, blocks[i] + 2999));
    assert_int_equal(samrena_rewind(arena, mark), SAMRENA_OK);
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        assert_false(samrena_contains(arena, blocks[i]));
    assert_true(samrena_contains(arena, first + 99));
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    assert_false(samrena_contains(arena, first));
    samrena_destroy(arena);
    assert_false(samrena_contains(NULL, first));
    assert_message_has("samrena_contains: the arena is NULL");
}

/* ---- For people ---- */

static char printed[4096];

static const char *print(const Samrena *arena) {
    FILE *stream = open_temporary_file();
    assert_non_null(stream);
    assert_int_equal(samrena_print_info(arena, stream), SAMRENA_OK);
    rewind(stream);
    printed[fread(printed, 1, sizeof(printed) - 1, stream)] = '\0';
    fclose(stream);
    return printed;
}

static void assert_line(const char *name, const char *value) {
    char line[200];
    snprintf(line, sizeof(line), "\n  %-15s%s\n", name, value);
    if (!strstr(printed, line))
        fail_msg("expected \"%s %s\" in:\n%s", name, value, printed);
}

/* A stream that is for reading alone; where the system has it, a device that is always full. */
static void test_print_where_nothing_can_be_written(void **state) {
    char folder[FOLDER_MOST], path[FOLDER_MOST + 16];
    Samrena *arena = create_for(state);
    assert_true(make_temporary_folder(folder));
    snprintf(path, sizeof(path), "%s/file", folder);
    FILE *made = fopen(path, "w");
    assert_non_null(made);
    fclose(made);
    FILE *streams[] = {fopen(path, "r"), fopen("/dev/full", "w")};
    for (size_t i = 0; i < COUNT_OF(streams); i++) {
        if (!streams[i])
            continue;
        assert_int_equal(samrena_print_info(arena, streams[i]), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has("samrena_print_info: the stream cannot be written: ");
        assert_int_equal(samrena_labels_print(streams[i]), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has("samrena_labels_print: the stream cannot be written: ");
        fclose(streams[i]);
    }
    assert_non_null(streams[0]);
    assert_true(remove_folder_and_files(folder));
    samrena_destroy(arena);
}

static int widest_line_of(const char *text) {
    size_t widest = 0;
    for (size_t length; *text; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        widest = length > widest ? length : widest;
    }
    return (int)widest;
}

/* What is printed for people fits a terminal of 80 columns, whatever the numbers. */
static void test_79_columns(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("a.label.of.24.characters");
    SamrenaConfig config = config_of(state);
    config.label = &label;
    config.limit = UINT64_MAX - 1;
    Samrena *arena = create_as(state, &config);
    (void)samrena_reserve(arena, 64 * MIB);
    assert_in_range(widest_line_of(print(arena)), 40, 79);
    samrena_destroy(arena);
    FILE *stream = open_temporary_file();
    assert_non_null(stream);
    assert_int_equal(samrena_labels_print(stream), SAMRENA_OK);
    rewind(stream);
    printed[fread(printed, 1, sizeof(printed) - 1, stream)] = '\0';
    fclose(stream);
    assert_in_range(widest_line_of(printed), 70, 79);
}

static void test_print_info(void **state) {
    SamrenaConfig config = config_of(state);
    Samrena *arena = create_as(state, &config);
    samrena_push(arena, 1000);
    print(arena);
    assert_line("allocated", "1000 B");
    assert_line("growth hint", "none");
    assert_line("limit", "none");
    assert_line("last reserve", "none yet");
    assert_line("regions", "1");
    if (residence_is_told())
        assert_null(strstr(printed, "not told"));
    else
        assert_line("resident", "not told by the system");
    if (info_of(arena).adapter)
        assert_non_null(strstr(printed, info_of(arena).adapter));
    samrena_destroy(arena);

    config.limit = 3 * MIB;
    arena = create_as(state, &config);
    assert_int_equal(samrena_reserve_with_growth(arena, 100, 2 * MIB + 512 * KIB), SAMRENA_OK);
    samrena_push(arena, 1536);
    print(arena);
    assert_line("allocated", "1.5 KiB (1536)");
    assert_line("growth hint", "2.5 MiB (2621440)");
    assert_line("limit", "3.0 MiB (3145728)");
    assert_non_null(strstr(printed, "last reserve   655360 asked for, capacity "));
    samrena_destroy(arena);

    assert_int_equal(samrena_print_info(NULL, stdout), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("samrena_print_info: the arena is NULL");
    arena = create_for(state);
    assert_int_equal(samrena_print_info(arena, NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("the stream is NULL");
    samrena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_version_is_that_of_the_header),
        cmocka_unit_test_setup(test_capabilities, set_up_test_adapters),
        OVER_ADAPTERS(test_info_follows_the_arena),
        cmocka_unit_test_setup(test_info_of_what_is_out_of_reach, set_up_test_adapters),
        OVER_ARENAS(test_resident_memory),
        OVER_ARENAS(test_contains),
        OVER_ARENAS(test_print_info),
        OVER_ARENAS(test_print_where_nothing_can_be_written),
        OVER_ARENAS(test_79_columns),
    };
    return cmocka_run_group_tests_name("info", tests, NULL, NULL);
}
