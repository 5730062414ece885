// SPDX-License-Identifier: MIT
// What a configuration may say, and what structs of other versions, and of nobody, get.
#include "pages.h"
#include "support.h"
#include "test_adapters.h"

static void assert_refused(const SamrenaConfig *config, SamrenaError error, const char *text) {
    static unsigned char storage[1024];
    assert_fails(samrena_create(config), error);
    assert_message_has(text);
    if (error == SAMRENA_ERROR_OUT_OF_MEMORY || strstr(text, "key"))
        return; /* the adapter's to refuse, which storage does not ask */
    assert_fails(samrena_create_in(storage, sizeof(storage), config), error);
    assert_message_has(text);
}

static void test_bad_values_are_named(void **state) {
    SamrenaConfig good = config_of(state);
    SamrenaConfig config = good;
    config.growth = 3;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "growth is 3");
    config = good;
    config.prefault = -1;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "prefault is -1");
    config = good;
    config.huge_pages = 77;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "huge_pages is 77");
    config = good;
    config.debug = 4;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "debug is 4");
    config = good;
    config.recycle = 2;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "recycle is 2");
    config = good;
    config.learn = 2;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "learn is 2");
}

/* More than a size can be, more by one, and what cannot be rounded to an alignment. */
static void test_sizes_that_are_none_are_named(void **state) {
    static const struct {
        const char *name;
        size_t offset;
    } fields[] = {{"initial_size", offsetof(SamrenaConfig, initial_size)},
                  {"growth_size", offsetof(SamrenaConfig, growth_size)},
                  {"max_reserve", offsetof(SamrenaConfig, max_reserve)},
                  {"commit_size", offsetof(SamrenaConfig, commit_size)}};
    static const uint64_t sizes[] = {UINT64_MAX, (uint64_t)PTRDIFF_MAX + 1, PTRDIFF_MAX, PTRDIFF_MAX - 15};
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        for (size_t j = 0; j < COUNT_OF(sizes); j++) {
            SamrenaConfig config = config_of(state);
            memcpy((unsigned char *)&config + fields[i].offset, &sizes[j], sizeof(sizes[j]));
            assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, fields[i].name);
        }
}

/* Bytes are meant: what could hold no first region, or contradicts itself, is a mistake. */
static void test_sizes_that_make_no_sense_are_refused(void **state) {
    static const uint64_t too_small[] = {1, 32, 4095};
    SamrenaConfig config = config_of(state);
    for (size_t i = 0; i < COUNT_OF(too_small); i++) {
        config.max_reserve = too_small[i];
        assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "max_reserve");
        assert_message_has("expected at least 4096");
    }
    config.max_reserve = 4096;
    samrena_destroy(create(&config));
    config.growth_size = 8192;
    config.growth_most = 8191;
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER,
                   "growth_most is 8191, expected at least the growth_size of 8192");
    config.growth_most = 8192;
    samrena_destroy(create(&config));
    config.growth_size = 0; /* the default gives way */
    config.growth_most = 1;
    samrena_destroy(create(&config));
}

/* Odd but legal: rounded where pages need it, never passed on as it is. */
static void test_odd_values_work(void **state) {
    static const uint64_t odd[] = {1, 17, 4095, 4097, 100001};
    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        SamrenaConfig config = config_of(state);
        config.initial_size = odd[i];
        config.growth_size = odd[i];
        config.commit_size = odd[i];
        config.max_reserve = MIB + odd[i];
        Samrena *arena = create(&config);
        assert_true(samrena_capacity(arena) >= odd[i]);
        for (int j = 0; j < 1000; j++)
            assert_non_null(samrena_push(arena, 1000));
        assert_int_equal(samrena_reserve(arena, MIB + odd[i]), SAMRENA_OK);
        samrena_destroy(arena);
    }
}

static void test_the_largest_values_work(void **state) {
    SamrenaConfig config = config_of(state);
    config.growth_size = PTRDIFF_MAX - 16; /* in whole alignments */
    config.growth_most = UINT64_MAX;
    samrena_destroy(create(&config));
    config = config_of(state);
    config.max_reserve = (most_to_reserve() < PTRDIFF_MAX ? most_to_reserve() : PTRDIFF_MAX) - 16;
    config.limit = UINT64_MAX;
    config.retain = UINT64_MAX;
    config.prefault = SAMRENA_PREFAULT_ALWAYS;
    config.huge_pages = SAMRENA_HUGE_PAGES_ALWAYS;
    Samrena *arena = create(&config);
    assert_non_null(samrena_push(arena, 100000));
    assert_int_equal(samrena_reset(arena), SAMRENA_OK);
    samrena_destroy(arena);
}

static void test_adapter_options(void **state) {
    SamrenaConfig config = config_of(state);
    config.adapter_options = "";
    samrena_destroy(create(&config));
    config.adapter_options = "colour=red";
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "does not know the key \"colour\"");
    config.adapter_options = "keep=no"; /* config.recycle says that */
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "does not know the key \"keep\"");
    config.adapter_options = "colour";
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "\"colour\" is not of the form key=value");
    config.adapter_options = "=red";
    assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, "key=value");
}

static void test_known_adapter_options(void **state) {
    (void)state;
    static const char *const good[] = {"colour=red", "size=1", "size=1,colour=red", "colour=,size=a=b", "colour=red,"};
    static const struct {
        const char *options, *text;
    } bad[] = {{"col=red", "does not know the key \"col\"; it knows: colour,size"},
               {"colour2=red", "does not know the key \"colour2\""},
               {"shapes=1", "does not know the key \"shapes\""},
               {"size=1,shape=2", "does not know the key \"shape\""},
               {"colour,size=1", "\"colour\" is not of the form key=value"},
               {"size=1,,colour=red", "\"\" is not of the form key=value"},
               {"size=1,=2", "\"=2\" is not of the form key=value"},
               {"size=1,size=1", "the key \"size\" is given twice"},
               {"size=1,colour=red,size=2", "the key \"size\" is given twice"},
               {"colour=a,size=1,colour=", "the key \"colour\" is given twice"}};
    SamrenaConfig config = config_named("stacked");
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        config.adapter_options = good[i];
        samrena_destroy(create(&config));
        assert_string_equal(test_adapter.options, good[i]);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        config.adapter_options = bad[i].options;
        assert_refused(&config, SAMRENA_ERROR_INVALID_PARAMETER, bad[i].text);
    }
}

/* ---- All defaults, in three ways ---- */

static void test_defaults_agree(void **state) {
    (void)state;
    SamrenaConfig inlined = samrena_default_config(), written = SAMRENA_CONFIG(.adapter = NULL), exported;
    assert_int_equal(samrena_config_init(&exported, sizeof(exported)), SAMRENA_OK);
    assert_memory_equal(&exported, &inlined, sizeof(exported));
    assert_memory_equal(&written, &inlined, sizeof(written));
    Samrena *arena = samrena_create(&SAMRENA_CONFIG(.adapter = "virtual", .limit = 4096));
    assert_true(arena && samrena_has_capability(arena, SAMRENA_CAPABILITY_CONTIGUOUS));
    assert_fails(samrena_push(arena, 4097), SAMRENA_ERROR_LIMIT_EXCEEDED);
    samrena_destroy(arena);
}

static void test_init_writes_what_the_caller_has(void **state) {
    (void)state;
    struct {
        SamrenaConfig config;
        uint64_t unknown, behind;
    } newer;
    memset(&newer, 0xff, sizeof(newer));
    size_t size = offsetof(SamrenaConfig, failure_user) + sizeof(void *) + sizeof(newer.unknown);
    assert_int_equal(samrena_config_init(&newer.config, size), SAMRENA_OK);
    assert_true(newer.config.struct_size == size && newer.unknown == 0 && newer.behind == UINT64_MAX);
    samrena_destroy(create(&newer.config));
    assert_int_equal(samrena_config_init(NULL, size), SAMRENA_ERROR_INVALID_PARAMETER);
    static const size_t none[] = {0, sizeof(size_t), sizeof(SamrenaConfig) - 1, (size_t)0x41414141};
    for (size_t i = 0; i < COUNT_OF(none); i++) {
        assert_int_equal(samrena_config_init(&newer.config, none[i]), SAMRENA_ERROR_INVALID_PARAMETER);
        assert_int_equal(newer.config.struct_size, size);
    }
}

/* ---- Structs of other versions, and of nobody ---- */

static void test_struct_sizes_of_other_versions(void **state) {
    struct {
        SamrenaConfig config;
        uint64_t unknown[4];
    } newer = {config_of(state), {0}};
    newer.config.struct_size = sizeof(newer);
    samrena_destroy(create(&newer.config));
    newer.config.growth = 9; /* what it sets is checked as in any other */
    assert_refused(&newer.config, SAMRENA_ERROR_INVALID_PARAMETER, "growth is 9");
    newer.config.growth = 0;
    newer.unknown[3] = 1;
    assert_refused(&newer.config, SAMRENA_ERROR_UNSUPPORTED, "does not know");
    ((unsigned char *)newer.unknown)[3] = 1; /* the last byte of a struct that ends in an odd place */
    newer.unknown[3] = 0;
    newer.config.struct_size = sizeof(SamrenaConfig) + 4;
    assert_refused(&newer.config, SAMRENA_ERROR_UNSUPPORTED, "does not know");
    for (size_t size = 0; size < sizeof(SamrenaConfig); size += 8) {
        newer.config.struct_size = size;
        assert_refused(&newer.config, SAMRENA_ERROR_INVALID_PARAMETER, "samrena_default_config()");
    }
}

static void test_info_of_other_versions(void **state) {
    Samrena *arena = create_for(state);
    struct {
        SamrenaInfo info;
        uint64_t unknown[4];
    } larger;
    memset(&larger, 0xff, sizeof(larger));
    larger.info.struct_size = sizeof(larger);
    assert_int_equal(samrena_get_info(arena, &larger.info), SAMRENA_OK);
    assert_int_equal(larger.info.struct_size, sizeof(larger));
    for (size_t i = 0; i < COUNT_OF(larger.unknown); i++)
        assert_int_equal(larger.unknown[i], 0);
    larger.info.struct_size = sizeof(SamrenaInfo) - 1;
    assert_int_equal(samrena_get_info(arena, &larger.info), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_message_has("sizeof(SamrenaInfo)");
    larger.info.struct_size = (size_t)0x4141414141414141; /* what lay on the stack: nothing is written */
    assert_int_equal(samrena_get_info(arena, &larger.info), SAMRENA_ERROR_INVALID_PARAMETER);
    assert_int_equal(samrena_get_info(arena, NULL), SAMRENA_ERROR_INVALID_PARAMETER);
    samrena_destroy(arena);
}

static int callbacks;

static void count_failure(SamrenaError error, const char *message, void *user) {
    (void)error, (void)message, (void)user;
    callbacks++;
}

static void count_line(SamrenaLogLevel level, const char *message, void *user) {
    (void)level, (void)message, (void)user;
    callbacks++;
}

/* Whatever lay where the struct was put: nothing of it is called or read as a string, and nothing behind it is read. */
static void test_a_struct_that_nobody_initialised_is_refused(void **state) {
    (void)state;
    SamrenaConfig *config = (SamrenaConfig *)(void *)bytes_before_a_wall(sizeof(SamrenaConfig));
    assert_non_null(config);
    for (int byte = 0; byte <= 0xff; byte++) {
        memset(config, byte, sizeof(*config));
        assert_refused(config, SAMRENA_ERROR_INVALID_PARAMETER, "samrena_default_config()");
        callbacks = 0;
        config->adapter = "virtual";
        config->failure = count_failure;
        config->log = count_line;
        assert_refused(config, SAMRENA_ERROR_INVALID_PARAMETER, "samrena_default_config()");
        assert_int_equal(callbacks, 0);
    }
    memset(config, 0x41, sizeof(*config));
    for (size_t size = 1; size < sizeof(*config); size = size * 2 + 1) {
        config->struct_size = size;
        assert_refused(config, SAMRENA_ERROR_INVALID_PARAMETER, "samrena_default_config()");
    }
}

/* ---- What values mean ---- */

/* Asked for, it has to be there; what is there by default may be what the adapter has, but something. */
static void test_initial_size_is_there_or_none(void **state) {
    (void)state;
    SamrenaConfig config = config_named("virtual");
    config.max_reserve = MIB;
    config.initial_size = MIB + 4 * KIB;
    assert_refused(&config, SAMRENA_ERROR_OUT_OF_MEMORY, "1048576");
    config.initial_size = MIB;
    Samrena *arena = create(&config);
    assert_int_equal(samrena_capacity(arena), MIB);
    samrena_destroy(arena);

    test_adapter.refuse_above = 1000;
    config = config_named("separate");
    config.initial_size = 1001;
    assert_refused(&config, SAMRENA_ERROR_OUT_OF_MEMORY, "failing as planned");
    config.initial_size = 0;
    arena = create(&config);
    assert_in_range(samrena_capacity(arena), 500, 1000);
    samrena_destroy(arena);
    test_adapter.refuse_above = 1;
    assert_refused(&config, SAMRENA_ERROR_OUT_OF_MEMORY, "failing as planned");
    assert_int_equal(test_adapter.live_contexts, 0);
    assert_int_equal(test_adapter.live_regions, 0);
}

static void test_commit_size(void **state) {
    (void)state;
    SamrenaConfig config = config_named("virtual");
    Samrena *arena = create(&config);
    assert_int_equal(samrena_capacity(arena), 64 * KIB);
    samrena_destroy(arena);
    config.commit_size = MIB - 1;
    config.growth = SAMRENA_GROWTH_FIXED;
    arena = create(&config);
    assert_int_equal(samrena_capacity(arena), MIB);
    samrena_push(arena, MIB);
    samrena_push(arena, 1);
    assert_int_equal(samrena_capacity(arena), 2 * MIB);
    samrena_destroy(arena);
}

/* The larger of what the config says and what the adapter told back. */
static void test_growth_step_of_config_and_adapter(void **state) {
    (void)state;
    SamrenaConfig config = config_named("stacked");
    config.growth = SAMRENA_GROWTH_FIXED;
    config.growth_size = 12 * KIB;
    Samrena *arena = create(&config);
    samrena_push(arena, 4 * KIB);
    samrena_push(arena, 1);
    assert_int_equal(test_adapter.last_desired, 12 * KIB);
    samrena_destroy(arena);
    test_adapter.step = 20001;
    arena = create(&config);
    samrena_push(arena, samrena_capacity(arena));
    samrena_push(arena, 1);
    assert_int_equal(test_adapter.last_desired, 20016);
    samrena_destroy(arena);

    config.adapter = "virtual"; /* steps larger than a commit step */
    config.growth_size = 256 * KIB;
    arena = create(&config);
    samrena_push(arena, 64 * KIB);
    samrena_push(arena, 1);
    assert_int_equal(samrena_capacity(arena), 320 * KIB);
    samrena_destroy(arena);
}

static void test_the_adapter_is_told_the_label(void **state) {
    (void)state;
    static SamrenaLabel parsing = SAMRENA_LABEL("json.parse");
    SamrenaConfig config = config_named("separate");
    samrena_destroy(create(&config));
    assert_null(test_adapter.label);
    config.label = &parsing;
    samrena_destroy(create(&config));
    assert_string_equal(test_adapter.label, "json.parse");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        OVER_ADAPTERS(test_bad_values_are_named),
        OVER_ADAPTERS(test_sizes_that_are_none_are_named),
        OVER_ADAPTERS(test_sizes_that_make_no_sense_are_refused),
        OVER_ADAPTERS(test_odd_values_work),
        OVER_ADAPTERS(test_the_largest_values_work),
        OVER_ADAPTERS(test_adapter_options),
        cmocka_unit_test_setup(test_known_adapter_options, set_up_test_adapters),
        OVER_ADAPTERS(test_struct_sizes_of_other_versions),
        OVER_ADAPTERS(test_info_of_other_versions),
        cmocka_unit_test(test_defaults_agree),
        cmocka_unit_test(test_init_writes_what_the_caller_has),
        cmocka_unit_test(test_a_struct_that_nobody_initialised_is_refused),
        cmocka_unit_test_setup(test_initial_size_is_there_or_none, set_up_test_adapters),
        cmocka_unit_test_setup(test_commit_size, set_up_test_adapters),
        cmocka_unit_test_setup(test_growth_step_of_config_and_adapter, set_up_test_adapters),
        cmocka_unit_test_setup(test_the_adapter_is_told_the_label, set_up_test_adapters),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
