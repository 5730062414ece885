// SPDX-License-Identifier: MIT
// What is told of labels: to programs, as a table, and at exit.
#include "child.h"
#include "variables.h"
#include "files.h"
#include "support.h"
#include "test_adapters.h"

typedef struct Seen {
    SamrenaLabelInfo infos[8];
    char advice[8][128];
    size_t count, most;
} Seen;

static bool see(const SamrenaLabelInfo *info, void *user) {
    Seen *seen = user;
    assert_int_equal(info->struct_size, sizeof(*info));
    snprintf(seen->advice[seen->count], sizeof(seen->advice[0]), "%s", info->advice);
    seen->infos[seen->count++] = *info;
    return seen->count < seen->most;
}

static Seen see_all(size_t most) {
    Seen seen = {.most = most};
    assert_int_equal(samrena_labels_each(see, &seen), SAMRENA_OK);
    return seen;
}

static void test_each_label_in_the_order_of_first_use(void **state) {
    static SamrenaLabel first = SAMRENA_LABEL("first"), second = SAMRENA_LABEL("second");
    static SamrenaLabel third = SAMRENA_LABEL("third"), unused = SAMRENA_LABEL("unused");
    (void)state;
    assert_int_equal(see_all(8).count, 0);
    set_up_test_adapters(NULL);
    live_often("separate", &first, 3000, 5);
    live_often("separate", &second, 100 * KIB, 5);
    live_often("separate", &third, 10 * KIB, 5);
    live_often("separate", &second, 100 * KIB, 1);
    Seen seen = see_all(8);
    assert_int_equal(seen.count, 3);
    assert_string_equal(seen.infos[0].name, "first");
    assert_string_equal(seen.infos[1].name, "second");
    assert_string_equal(seen.infos[2].name, "third");
    assert_int_equal(see_all(2).count, 2); /* false stops */
    assert_int_equal(unused.listed, 0);
    assert_string_equal(seen.advice[0], "nothing: doubling does well");
    assert_string_equal(seen.advice[1], "samrena_reserve_with_growth(arena, 106496, 106496);");
    assert_string_equal(seen.advice[2], "config.initial_size = 10240;");
}

static void test_numbers(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("numbers");
    (void)state;
    set_up_test_adapters(NULL);
    SamrenaConfig config = config_named("separate");
    config.label = &label;
    config.learn = SAMRENA_LEARN_AUTO;
    live_often("separate", &label, 20 * KIB, 3); /* each in 4, 4, 8 and 16 KiB */
    Samrena *alive = create(&config);
    assert_int_equal(samrena_reserve(alive, MIB), SAMRENA_OK);
    SamrenaLabelInfo info = see_all(1).infos[0];
    assert_int_equal(info.arenas, 4);
    assert_int_equal(info.alive, 1);
    assert_int_equal(info.rounds, 3);
    assert_int_equal(info.most, 20 * KIB);
    assert_int_equal(info.median, 20 * KIB);
    assert_int_equal(info.ninetieth, 20 * KIB);
    assert_int_equal(info.adapter_calls, 3 * 4);
    assert_int_equal(info.regretted, 3 * (32 - 20) * KIB);
    assert_int_equal(info.faults_avoided, 0);
    assert_non_null(samrena_push(alive, MIB / 2));
    samrena_destroy(alive);
    info = see_all(1).infos[0];
    assert_int_equal(info.alive, 0);
    assert_in_range(info.faults_avoided, 1, MIB / 2 / KIB); /* that were used, not all that were reserved */
}

static void test_nobody_to_tell(void **state) {
    (void)state;
    assert_fails(!samrena_labels_each(NULL, NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(!samrena_labels_print(NULL), SAMRENA_ERROR_INVALID_PARAMETER);
}

static void test_the_table(void **state) {
    static SamrenaLabel plain = SAMRENA_LABEL("plain"), odd = SAMRENA_LABEL("odd\x1b[31m\nname"),
                        none = SAMRENA_LABEL("none");
    static char text[4096];
    (void)state;
    set_up_test_adapters(NULL);
    live_often("separate", &plain, 20 * KIB, 4);
    live_often("separate", &odd, 20 * KIB, 1);
    live_often("separate", &none, 0, 1);
    FILE *stream = open_temporary_file();
    assert_non_null(stream);
    assert_int_equal(samrena_labels_print(stream), SAMRENA_OK);
    rewind(stream);
    assert_true(fread(text, 1, sizeof(text) - 1, stream) > 0);
    fclose(stream);
    assert_non_null(strstr(text, "\nplain  "));
    assert_non_null(strstr(text, "20480"));
    assert_non_null(strstr(text, "\n    config.initial_size = 20480;\n"));
    assert_non_null(strstr(text, "\nodd?[31m?name ")); /* nothing that a terminal would obey */
    assert_non_null(strstr(text, "\n    nothing yet: no arena has ended\n"));
}

/* ---- At exit ---- */

typedef struct End {
    const char *value; /* of the variable */
    char log[PATH_MOST];
} End;

static void exit_with_statistics(const void *argument) {
    static SamrenaLabel label = SAMRENA_LABEL("at exit");
    const End *end = argument;
    set_environment("SAMRENA_STATS", end->value);
    assert_non_null(freopen(end->log, "w", stderr));
    live_often(NULL, &label, 20 * KIB, 3);
    exit(0);
}

/* Scratch arenas end with their thread, before it is told. */
static void exit_with_scratch(const void *argument) {
    const End *end = argument;
    set_environment("SAMRENA_STATS", end->value);
    assert_non_null(freopen(end->log, "w", stderr));
    assert_non_null(samrena_push(samrena_scratch(NULL, 0), 10000));
    exit(0);
}

static const char *told_at_exit(void (*body)(const void *argument), const char *value) {
    static char text[4096];
    char folder[FOLDER_MOST];
    End end = {.value = value};
    assert_true(make_temporary_folder(folder));
    snprintf(end.log, sizeof(end.log), "%s/log", folder);
    assert_child_passes(body, &end, sizeof(end));
    FILE *stream = fopen(end.log, "r");
    assert_non_null(stream);
    size_t size = fread(text, 1, sizeof(text) - 1, stream);
    text[size] = '\0';
    fclose(stream);
    assert_true(remove_folder_and_files(folder));
    return text;
}

static void test_a_table_at_exit(void **state) {
    (void)state;
    assert_string_equal(told_at_exit(exit_with_statistics, NULL), "");
    assert_string_equal(told_at_exit(exit_with_statistics, "0"), "");
    const char *text = told_at_exit(exit_with_statistics, "1");
    const char *row = strstr(text, "\nat exit ");
    assert_non_null(row);
    assert_null(strstr(row + 1, "\nat exit ")); /* once */
    assert_int_equal(strncmp(text, "samrena: arenas of process ", 27), 0);
    assert_non_null(
        strstr(told_at_exit(exit_with_statistics, "yes"), "samrena: SAMRENA_STATS=yes is ignored: expected 0 or 1\n"));
}

static void test_scratch_arenas_are_told_of(void **state) {
    (void)state;
    char name[32];
    unsigned arenas = 0, alive = 9, most = 0;
    const char *row = strstr(told_at_exit(exit_with_scratch, "1"), "\nsamrena_scratch ");
    assert_non_null(row);
    assert_int_equal(sscanf(row, "%31s %u %u %u", name, &arenas, &alive, &most), 4);
    assert_int_equal(arenas, 1);
    assert_int_equal(alive, 0);
    assert_int_equal(most, 10000);
}

int main(void) {
    child_starts_here();
    const struct CMUnitTest tests[] = {
        IN_A_PROCESS(test_each_label_in_the_order_of_first_use),
        IN_A_PROCESS(test_numbers),
        IN_A_PROCESS(test_nobody_to_tell),
        IN_A_PROCESS(test_the_table),
        cmocka_unit_test(test_a_table_at_exit),
        cmocka_unit_test(test_scratch_arenas_are_told_of),
    };
    return cmocka_run_group_tests_name("statistics", tests, NULL, NULL);
}
