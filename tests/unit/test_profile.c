// SPDX-License-Identifier: MIT
// Profiles: what one run learnt is there for the next, and whatever lies at the path is never half taken, nor lost.
#include "variables.h"
#include "faults.h"
#include "files.h"
#include "more_tests.h"
#include "profile_file.h"
#include "residence.h"

/* ---- The text ---- */

static LabelRecord record_named(const char *name, uint64_t size, unsigned count) {
    LabelRecord record = {.name = name, .arenas = count, .rounds = count, .most = size, .calls = UINT64_MAX};
    record.sizes.words[size_class(size) / SIZES_IN_A_WORD] += (size_t)count << sizes_shift(size_class(size));
    return record;
}

/* In the order of their names' bytes. */
static char *sample(size_t *size) {
    LabelRecord records[] = {
        record_named("", 300, 1),
        record_named("\x01\x1f\x7f\" \\ \\x41\n", 4096, 64),
        record_named("json.parse", 20000, 7),
        record_named("j\xc3\xb6rn", UINT64_MAX, 3),
    };
    records[2].sizes.words[0] |= 1;
    Profile profile = {.records = records, .count = COUNT_OF(records)};
    char *text = profile_format(&profile, size);
    assert_non_null(text);
    return text;
}

static void test_what_is_written_is_read(void **state) {
    (void)state;
    char reason[PROFILE_REASON];
    size_t size = 0, again = 0;
    char *text = sample(&size);
    Profile *profile = profile_parse(copy_of(text, size), size, reason);
    if (!profile)
        fail_msg("%s: %s", reason, text);
    assert_int_equal(profile->count, 4);
    assert_string_equal(profile->records[1].name, "\x01\x1f\x7f\" \\ \\x41\n");
    const LabelRecord *record = profile_find(profile, "json.parse");
    assert_non_null(record);
    assert_int_equal(record->most, 20000);
    assert_int_equal(record->calls, UINT64_MAX);
    assert_int_equal(sizes_total(&record->sizes), 8);
    assert_null(profile_find(profile, "json"));
    char *formatted = profile_format(profile, &again);
    assert_int_equal(again, size);
    assert_memory_equal(formatted, text, size);
    free(formatted);
    free(text);
    profile_free(profile);
}

static void test_an_empty_profile(void **state) {
    (void)state;
    char reason[PROFILE_REASON];
    size_t size = 0;
    char *text = profile_format(&(Profile){.count = 0}, &size);
    Profile *profile = profile_parse(text, size, reason);
    assert_non_null(profile);
    assert_int_equal(profile->count, 0);
    profile_free(profile);
}

static bool is_taken(const char *text, size_t size) {
    char reason[PROFILE_REASON] = "";
    Profile *profile = profile_parse(copy_of(text, size), size, reason);
    if (!profile && strncmp(reason, "line ", 5) != 0)
        fail_msg("no line in the reason \"%s\"", reason);
    profile_free(profile);
    return profile;
}

static void test_every_truncation_is_refused(void **state) {
    (void)state;
    size_t size = 0;
    char *text = sample(&size);
    for (size_t length = 0; length < size; length++)
        assert_false(is_taken(text, length));
    free(text);
}

static void test_every_changed_bit_is_refused(void **state) {
    (void)state;
    size_t size = 0;
    char *text = sample(&size);
    for (size_t i = 0; i < size * 8; i++) {
        text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
        assert_false(is_taken(text, size));
        text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
    }
    assert_true(is_taken(text, size));
    free(text);
}

/* The hash is made right again: what is wrong has to be seen by itself, and no memory outside be touched. */
static bool is_taken_with_right_hash(const char *body) {
    char text[2048];
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (const char *at = body; *at; at++)
        hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    int size = snprintf(text, sizeof(text), "%send 1 %016llx\n", body, (unsigned long long)hash);
    return is_taken(text, (size_t)size);
}

#define HEAD "samrena-profile 1\n"
#define NUMBERS " arenas 1 rounds 1 most 1 calls 1 avoided 1 regretted 1\n"

static void test_each_fault_by_itself(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "samrena-profile 2\nlabel \"a\"" NUMBERS "sizes 288 1\n",
        HEAD "label \"a" NUMBERS "sizes 288 1\n",
        HEAD "label \"a\\q\"" NUMBERS "sizes 288 1\n",
        HEAD "label \"a\\x0\"" NUMBERS "sizes 288 1\n",
        HEAD "label \"a\\x00\"" NUMBERS "sizes 288 1\n",
        HEAD "label \"a\\",
        HEAD "label \"a\x01\"" NUMBERS "sizes 288 1\n",
        HEAD "label \"a\" arenas 18446744073709551616 rounds 1 most 1 calls 1 avoided 1 regretted 1\nsizes 288 1\n",
        HEAD "label \"a\" arenas -1 rounds 1 most 1 calls 1 avoided 1 regretted 1\nsizes 288 1\n",
        HEAD "label \"a\"" NUMBERS "sizes 287 1\n",
        HEAD "label \"a\"" NUMBERS "sizes 288 0\n",
        HEAD "label \"a\"" NUMBERS "sizes 288 65\n",
        HEAD "label \"a\"" NUMBERS "sizes 288 18446744073709551615\n",
        HEAD "label \"a\"" NUMBERS "sizes 288 1 288 1\n",
        HEAD "label \"a\"" NUMBERS "sizes 320 1 288 1\n",
        HEAD "label \"a\"" NUMBERS "sizes 288 1 \n",
        HEAD "label \"a\"" NUMBERS,
        HEAD "label \"b\"" NUMBERS "sizes\nlabel \"a\"" NUMBERS "sizes\n",
        HEAD "label \"a\"" NUMBERS "sizes\nlabel \"a\"" NUMBERS "sizes\n",
        HEAD "label \"a\"" NUMBERS "sizes 288 1\n\n",
        HEAD,
    };
    assert_true(is_taken_with_right_hash(HEAD "label \"a\"" NUMBERS "sizes 288 1 320 63\n"));
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        if (is_taken_with_right_hash(wrong[i]))
            fail_msg("taken: %s", wrong[i]);
}

/* Bytes are replaced, removed, repeated at random, and the hash made right again. */
static void test_random_changes(void **state) {
    (void)state;
    static const char *const bodies[] = {
        HEAD "label \"a\\x22b\"" NUMBERS "sizes 288 1 320 63\n",
        HEAD "label \"abc\"" NUMBERS "sizes 4294967296 64\nlabel \"b\"" NUMBERS "sizes\n",
    };
    static const char bytes[] = "0123456789 \n\"\\xabslpr\x01\xff";
    unsigned random = 1, taken = 0;
    for (int i = 0; i < 20000; i++) {
        char body[1024];
        int length = snprintf(body, sizeof(body), "%s", bodies[i % 2]);
        for (int changes = i % 4; changes >= 0; changes--) {
            random = random * 1103515245 + 12345;
            int at = (int)((random >> 8) % (unsigned)length);
            if (random % 3 == 0)
                memmove(body + at, body + at + 1, (size_t)(length - at));
            else if (random % 3 == 1 && length < 1000)
                memmove(body + at + 1, body + at, (size_t)(length - at + 1));
            else
                body[at] = bytes[(random >> 4) % (sizeof(bytes) - 1)];
            length = (int)strlen(body);
            if (length == 0)
                break;
        }
        taken += is_taken_with_right_hash(body);
    }
    assert_in_range(taken, 1, 19999);
}

/* ---- Files, through the API ---- */

static SamrenaInfo first_of(SamrenaLabel *label) {
    SamrenaConfig config = config_named(NULL);
    config.label = label;
    Samrena *arena = create(&config);
    SamrenaInfo info = info_of(arena);
    samrena_destroy(arena);
    return info;
}

static void test_one_told_arena_is_enough(void **state) {
    static SamrenaLabel before = SAMRENA_LABEL("one"), after = SAMRENA_LABEL("one"), other = SAMRENA_LABEL("other");
    (void)state;
    assert_child_passes(save_from_child, "one", sizeof("one"));
    assert_true(first_of(&before).committed < 300 * KIB);
    assert_int_equal(samrena_labels_load(path), SAMRENA_OK);
    assert_in_range(first_of(&before).committed, 300 * KIB, 340 * KIB);
    assert_in_range(first_of(&after).committed, 300 * KIB, 340 * KIB);
    assert_true(first_of(&other).committed < 300 * KIB);
    assert_int_equal(samrena_labels_load(path), SAMRENA_OK);
    assert_in_range(first_of(&after).committed, 300 * KIB, 340 * KIB);
}

/* Run after run, each with one arena: none unlearns what those before it told. */
static void live_once_more(const void *unused) {
    static SamrenaLabel label = SAMRENA_LABEL("again");
    (void)unused;
    assert_int_equal(samrena_labels_load(path), SAMRENA_OK);
    assert_in_range(first_of(&label).committed, 300 * KIB, 340 * KIB);
    live_often(NULL, &label, 300 * KIB, 1);
    assert_int_equal(samrena_labels_save(path), SAMRENA_OK);
}

static void test_many_runs(void **state) {
    (void)state;
    assert_child_passes(save_from_child, "again", sizeof("again"));
    for (int i = 0; i < 40; i++)
        assert_child_passes(live_once_more, NULL, 0);
}

static void test_labels_that_this_run_did_not_use_are_kept(void **state) {
    static SamrenaLabel twice[] = {SAMRENA_LABEL("twice"), SAMRENA_LABEL("twice")};
    (void)state;
    assert_child_passes(save_from_child, "zoo", sizeof("zoo"));
    assert_child_passes(save_from_child, "a", sizeof("a"));
    assert_child_passes(save_from_child, "twice", sizeof("twice"));
    assert_int_equal(samrena_labels_load(path), SAMRENA_OK);
    live_often(NULL, &twice[0], 300 * KIB, 1);
    live_often(NULL, &twice[1], 300 * KIB, 1);
    for (int i = 0; i < 3; i++) { /* saving again counts nothing twice */
        assert_int_equal(samrena_labels_save(path), SAMRENA_OK);
        assert_int_equal(parsed_record("zoo")->arenas, 1);
        assert_int_equal(parsed_record("a")->arenas, 1);
        assert_int_equal(parsed_record("twice")->arenas, 3);
    }
    assert_int_equal(files_in(folder), 1);
}

static void test_what_is_no_profile_is_left_alone(void **state) {
    static SamrenaLabel label = SAMRENA_LABEL("mine");
    (void)state;
    size_t size = 0;
    char *text = sample(&size);
    live_often(NULL, &label, 300 * KIB, 1);
    static const struct {
        const char *text, *message;
    } foreign[] = {
        {"#include <stdio.h>\n", "line 1: it does not begin with"},
        {"samrena-profile 1\n", "line 2: neither a label nor the end"},
        {"samrena-profile 1\nlabel \"mine\" arenas 9", "line 2: "},
    };
    for (size_t i = 0; i < COUNT_OF(foreign); i++) {
        write_file(foreign[i].text, strlen(foreign[i].text));
        assert_fails(!samrena_labels_load(path), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_message_has(foreign[i].message);
        assert_message_has(path);
        assert_fails(!samrena_labels_save(path), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_string_equal(read_file(&size), foreign[i].text);
        assert_int_equal(files_in(folder), 1);
    }
    free(text);
    write_file("", 0); /* as mktemp makes them */
    assert_fails(!samrena_labels_load(path), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_labels_save(path), SAMRENA_OK);
    assert_non_null(parsed_record("mine"));
}

static void test_files_that_others_can_write(void **state) {
    (void)state;
    assert_child_passes(save_from_child, "one", sizeof("one"));
    assert_true(let_others_write(path, true));
    assert_load_refused("others can write it");
    assert_fails(!samrena_labels_save(path), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_true(let_others_write(path, false));
    assert_true(let_others_write(folder, true));
    assert_load_refused("its folder");
    assert_true(let_others_write(folder, false));
    assert_int_equal(samrena_labels_load(path), SAMRENA_OK);
}

static void test_what_is_no_file(void **state) {
    static char large[PROFILE_MOST_BYTES + 1];
    (void)state;
    assert_load_refused("there is none");
    assert_fails(!samrena_labels_load(NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_fails(!samrena_labels_save(NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_true(make_directory(path));
    assert_load_refused("not a regular file");
    assert_int_equal(rmdir(path), 0);
    write_file(large, sizeof(large));
    assert_load_refused("too large");
    assert_int_equal(unlink(path), 0);
    snprintf(path, PATH_MOST, "%s/nowhere/profile", folder);
    assert_load_refused("No such file");
    assert_fails(!samrena_labels_save(path), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("No such file");
}

/* ---- Two that write at once ---- */

static void save_often(const void *name) {
    static SamrenaLabel label = SAMRENA_LABEL(NULL);
    label.name = name;
    live_often(NULL, &label, 300 * KIB, 1);
    for (int i = 0; i < 200; i++)
        assert_int_equal(samrena_labels_save(path), SAMRENA_OK);
}

static void test_two_that_save_at_once(void **state) {
    (void)state;
    intptr_t child = start_child(save_often, "one", sizeof("one"));
    save_often("two");
    assert_int_equal(end_of_child(child), 0);
    assert_true(parsed_record("one") || parsed_record("two"));
    assert_int_equal(files_in(folder), 1);
}

/* ---- From run to run, by the environment ---- */

typedef struct Run {
    uint64_t calls;
    long faults;
} Run;

typedef struct Compilation {
    const char *adapter;
    Run *run; /* shared */
} Compilation;

/* A compiler: one arena as long as the process, and one for each function. */
static void compile(const void *argument) {
    const char *adapter = ((const Compilation *)argument)->adapter;
    Run *run = ((const Compilation *)argument)->run;
    static SamrenaLabel unit = SAMRENA_LABEL("unit"), function = SAMRENA_LABEL("function");
    SamrenaConfig config = config_named(adapter), short_lived = config;
    set_environment("SAMRENA_PROFILE", path);
    config.label = &unit;
    short_lived.label = &function;
    Samrena *warm = create_named(adapter);
    assert_int_not_equal(faults_of_pushes(warm, 6 * MIB), -1);
    samrena_destroy(warm);
    Samrena *arena = create(&config);
    run->faults = faults_of_pushes(arena, 6 * MIB);
    for (int i = 0; i < 3; i++) {
        Samrena *scratch = create(&short_lived);
        run->faults += faults_of_pushes(scratch, 200 * KIB);
        run->calls += info_of(scratch).adapter_calls;
        samrena_destroy(scratch);
    }
    run->calls += info_of(arena).adapter_calls;
    samrena_destroy(arena);
    exit(0);
}

static void test_the_second_run_gains(const char *adapter) {
    Run *runs = shared_with_children(2 * sizeof(Run));
    for (int i = 0; i < 2; i++) {
        const Compilation compilation = {adapter, &runs[i]};
        assert_child_passes(compile, &compilation, sizeof(compilation));
    }
    assert_non_null(parsed_record("unit"));
    assert_true(runs[1].calls * 2 <= runs[0].calls);
    /* The heap's pages are prepared where the system tells that they are not there yet. */
    if (COUNTS_FAULTS && (residence_is_told() || strcmp(adapter, "virtual") == 0))
        assert_true(runs[0].faults > 1000 && runs[1].faults * 2 <= runs[0].faults);
}

static void test_the_second_run_gains_chained(void **state) {
    (void)state;
    test_the_second_run_gains("chained");
}

static void test_the_second_run_gains_virtual(void **state) {
    (void)state;
    test_the_second_run_gains("virtual");
}

static void exit_with(const void *variable) {
    static SamrenaLabel label = SAMRENA_LABEL("at exit");
    char log[PATH_MOST];
    set_environment("SAMRENA_PROFILE", variable);
    snprintf(log, sizeof(log), "%s/log", folder);
    assert_non_null(freopen(log, "w", stderr));
    live_often(NULL, &label, 300 * KIB, 1);
    assert_int_equal(chdir("/"), 0);
    exit(0);
}

static const char *log_of(const char *variable) {
    static char text[1024];
    char log[PATH_MOST];
    assert_child_passes(exit_with, variable, strlen(variable) + 1);
    snprintf(log, sizeof(log), "%s/log", folder);
    FILE *file = fopen(log, "r");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof(text) - 1, file);
    text[size] = '\0';
    fclose(file);
    return text;
}

static void test_an_operator_is_told(void **state) {
    (void)state;
    size_t size = 0;
    assert_string_equal(log_of(""), "");
    assert_string_equal(log_of(path), "");
    assert_non_null(parsed_record("at exit"));
    assert_int_equal(chdir(folder), 0); /* where the program began is what counts */
    assert_string_equal(log_of("profile"), "");
    assert_int_equal(parsed_record("at exit")->arenas, 2);
    write_file("mine\n", 5);
    assert_non_null(strstr(log_of(path), "samrena: $SAMRENA_PROFILE is ignored: the profile "));
    assert_non_null(strstr(log_of(path), ": line 1: it does not begin with"));
    assert_string_equal(read_file(&size), "mine\n");
    assert_int_equal(unlink(path), 0);
    assert_true(make_directory(path));
    assert_non_null(strstr(log_of(path), "ignored"));
}

static void become_unwritable(const void *argument) {
    static SamrenaLabel label = SAMRENA_LABEL("at exit");
    char log[PATH_MOST];
    (void)argument;
    set_environment("SAMRENA_PROFILE", path);
    snprintf(log, sizeof(log), "%s/log", folder);
    assert_non_null(freopen(log, "w", stderr));
    live_often(NULL, &label, 300 * KIB, 1);
    write_file("somebody else's\n", 16);
    exit(0);
}

static void test_an_operator_is_told_at_the_end(void **state) {
    (void)state;
    size_t size = 0;
    char log[PATH_MOST], text[1024] = "";
    assert_child_passes(become_unwritable, NULL, 0);
    snprintf(log, sizeof(log), "%s/log", folder);
    FILE *file = fopen(log, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof(text), file));
    fclose(file);
    assert_non_null(strstr(text, "samrena: $SAMRENA_PROFILE is not written: "));
    assert_string_equal(read_file(&size), "somebody else's\n");
}

int main(void) {
    share_folder();
    child_starts_here();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_an_empty_profile),
        cmocka_unit_test(test_every_truncation_is_refused),
        cmocka_unit_test(test_every_changed_bit_is_refused),
        cmocka_unit_test(test_each_fault_by_itself),
        cmocka_unit_test(test_random_changes),
        IN_A_FOLDER(test_one_told_arena_is_enough),
        IN_A_FOLDER(test_many_runs),
        IN_A_FOLDER(test_labels_that_this_run_did_not_use_are_kept),
        IN_A_FOLDER(test_what_is_no_profile_is_left_alone),
        IN_A_FOLDER(test_files_that_others_can_write),
        IN_A_FOLDER(test_what_is_no_file),
        IN_A_FOLDER(test_two_that_save_at_once),
        IN_A_FOLDER(test_the_second_run_gains_chained),
        IN_A_FOLDER(test_the_second_run_gains_virtual),
        IN_A_FOLDER(test_an_operator_is_told),
        IN_A_FOLDER(test_an_operator_is_told_at_the_end),
    };
    return run_all_tests("profile", tests, COUNT_OF(tests));
}
