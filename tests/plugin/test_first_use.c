// SPDX-License-Identifier: MIT
// Many threads that use adapters for the first time at once: one registration each, and the same one for all.
#include "loading.h"

#include <pthread.h>
#include <sys/stat.h>

enum { THREADS = 32, ROUNDS = 8 };

static const char *plugins;
static const char *wrong;
static const char *adapters;

static pthread_barrier_t start;

/* One thread's part. */
typedef struct Use {
    const char *adapter; /* by name, */
    const char *file;    /* or by file */
    const char *registered;
    SamrenaError error;
} Use;

static void *use(void *user) {
    Use *own = user;
    pthread_barrier_wait(&start);
    if (own->file) {
        own->error = samrena_adapter_load(own->file);
        return NULL;
    }
    SamrenaInfo info = {.struct_size = sizeof(info)};
    Samrena *arena = samrena_create_named(own->adapter);
    own->error = arena ? samrena_get_info(arena, &info) : samrena_last_error();
    own->registered = info.adapter;
    if (arena && !samrena_push(arena, 100000))
        own->error = samrena_last_error();
    samrena_destroy(arena);
    return NULL;
}

static void use_at_once(Use uses[THREADS]) {
    pthread_t threads[THREADS];
    check(pthread_barrier_init(&start, NULL, THREADS) == 0);
    for (int i = 0; i < THREADS; i++)
        check(pthread_create(&threads[i], NULL, use, &uses[i]) == 0);
    for (int i = 0; i < THREADS; i++)
        check(pthread_join(threads[i], NULL) == 0);
}

static bool count_registered(const SamrenaAdapterInfo *info, void *user) {
    if (!info->error && strcmp(info->name, user) == 0)
        ((char *)user)[31]++;
    return true;
}

static int registrations_of(const char *name) {
    char counted[32] = {0}; /* the name, and the count where a name ends at the latest */
    snprintf(counted, sizeof(counted), "%s", name);
    check(samrena_adapter_each(count_registered, counted) == SAMRENA_OK);
    return counted[31];
}

/* The name that an arena tells lives in the registration: equal pointers, one registration. */
IN_A_FRESH_PROCESS(test_one_winner_a_name) {
    static const char *const names[] = {"chained", "third-party", "virtual", "size-huge", "constructor-creates"};
    static Use uses[THREADS];
    char path[3600];
    (void)folder;
    (void)argument;
    snprintf(path, sizeof(path), "%s" PATH_SEPARATOR "%s" PATH_SEPARATOR "%s", adapters, plugins, wrong);
    set_environment("SAMRENA_ADAPTER_PATH", path);
    for (size_t i = 0; i < THREADS; i++)
        uses[i].adapter = names[i % COUNT_OF(names)];
    use_at_once(uses);
    for (size_t i = 0; i < THREADS; i++) {
        check(uses[i].error == SAMRENA_OK);
        check(uses[i].registered == uses[i % COUNT_OF(names)].registered);
    }
    for (size_t i = 0; i < COUNT_OF(names); i++)
        check(registrations_of(names[i]) == 1);
}

/* Two files of one name: whichever is first, all threads that loaded it are fine and all others hear of it. */
IN_A_FRESH_PROCESS(test_one_winner_of_two_files) {
    static Use uses[THREADS];
    const char *files[] = {path_of(plugins, "third-party" SO), path_of(folder, "third-party" SO)};
    (void)argument;
    copy_file(files[0], files[1]);
    set_environment("SAMRENA_ADAPTER_PATH", "");
    for (int i = 0; i < THREADS; i++)
        uses[i].file = files[i % 2];
    use_at_once(uses);
    check((uses[0].error == SAMRENA_OK) != (uses[1].error == SAMRENA_OK));
    for (int i = 0; i < THREADS; i++) {
        check(uses[i].error == uses[i % 2].error);
        check(uses[i].error == SAMRENA_OK || uses[i].error == SAMRENA_ERROR_ADAPTER_INVALID);
    }
    check(registrations_of("third-party") == 1);
}

int main(int argc, char **argv) {
    struct CMUnitTest tests[2 * ROUNDS];
    if (argc != 4) {
        fprintf(stderr, "usage: test_first_use ADAPTERS PLUGINS WRONG-PLUGINS\n");
        return 2;
    }
    adapters = argv[1];
    plugins = argv[2];
    wrong = argv[3];
    umask(022);
    child_starts_here();
    for (size_t i = 0; i < COUNT_OF(tests); i += 2) {
        tests[i] = (struct CMUnitTest)cmocka_unit_test(test_one_winner_a_name);
        tests[i + 1] = (struct CMUnitTest)cmocka_unit_test(test_one_winner_of_two_files);
    }
    return cmocka_run_group_tests_name("first-use", tests, NULL, NULL);
}
