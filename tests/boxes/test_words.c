// SPDX-License-Identifier: MIT
// What a program is told in each box, of what it asked for, what happened instead, and what to do: test_words BOX. The
// library is the one that is installed, and so are its readings of the machine.
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include "residence.h"
#include "support.h"
#include "tap.h"

static char heard[64 * KIB];

static void hear(SamrenaLogLevel level, const char *message, void *user) {
    (void)level;
    (void)user;
    size_t length = strlen(heard);
    snprintf(heard + length, sizeof(heard) - length, "%s\n", message);
}

static SamrenaConfig heard_config(const char *adapter) {
    SamrenaConfig config = config_named(adapter);
    config.recycle = SAMRENA_RECYCLE_NEVER;
    config.log = hear;
    heard[0] = '\0';
    return config;
}

static void expect(const char *adapter, const char *what, bool holds) {
    if (!tap_report(holds, "%s: %s", adapter, what))
        tap_note("heard: %s; last error: %s", heard, samrena_last_error_message());
}

static bool says(const char *words) {
    return strstr(heard, words) != NULL;
}

static bool error_says(const char *words) {
    return strstr(samrena_last_error_message(), words) != NULL;
}

/* The reserve that most programs make. The machine may have nothing to spare just now: then it says that. */
static Samrena *reserved(SamrenaConfig *config, uint64_t size) {
    Samrena *arena = samrena_create(config);
    SamrenaError error = arena ? samrena_reserve(arena, size) : samrena_last_error();
    SamrenaReserveInfo reserve = arena ? info_of(arena).reserve : (SamrenaReserveInfo){.requested = 0};
    bool complete = reserve.reason == SAMRENA_RESERVE_COMPLETE && reserve.prefaulted >= size - 64 * KIB;
    bool cut = reserve.reason == SAMRENA_RESERVE_PRESSURE && says("bytes are prefaulted: ");
    expect(config->adapter, "a reserve is complete, or says what was short", !error && (complete || cut));
    return arena;
}

/* What is told to be resident is, by a reading of the test's own. */
static void expect_truth(const Samrena *arena, const char *adapter, uint64_t size) {
    bool told = residence_is_told();
    uint64_t resident = samrena_resident(arena);
    bool complete = info_of(arena).reserve.reason == SAMRENA_RESERVE_COMPLETE;
    expect(adapter, told ? "what was prefaulted is resident" : "what is resident is not told",
           told ? resident >= size - 64 * KIB || !complete : resident == 0);
}

static const char *printed(const Samrena *arena) {
    static char text[4096];
    FILE *stream = fmemopen(text, sizeof(text), "w");
    if (stream && samrena_print_info(arena, stream) == SAMRENA_OK)
        fclose(stream);
    return text;
}

/* ---- What each box is to say ---- */

typedef struct Words {
    const char *box;
    const char *touched;  /* of a prefault: that pages were touched instead, and why; NULL: nothing */
    const char *small;    /* of huge pages that are not to be had */
    const char *kept;     /* of a trim that cannot be */
    const char *resident; /* of samrena_print_info() */
    const char *limit;    /* of what is refused */
    bool tight;           /* in addresses: virtual has a share of them */
} Words;

#define TOUCHED "prefaulted by touching each page, the system does not populate: "
#define SMALL "huge ones are not to be had: "
#define KEPT "chained could not trim a region to 1048576 bytes: discarding "

static const Words table[] = {
    {"no-populate", TOUCHED "Invalid argument", SMALL "Invalid argument", NULL, NULL, NULL, false},
    {"no-collapse", NULL, SMALL "Invalid argument", NULL, NULL, NULL, false},
    {"no-guard", NULL, NULL, NULL, NULL, NULL, false},
    {"no-mincore", NULL, NULL, NULL, "not told by the system", NULL, false},
    {"no-madvise", TOUCHED "Operation not permitted", SMALL "Operation not permitted", KEPT, NULL, NULL, false},
    {"idle-madvise", TOUCHED "the system says that it did, and does nothing",
     SMALL "the system says that it did, and does nothing", KEPT, NULL, NULL, false},
    {"no-proc", NULL, NULL, NULL, NULL, NULL, false},
    {"no-sys", NULL, SMALL "/sys/kernel/mm/transparent_hugepage/enabled cannot be read", NULL, NULL, NULL, false},
    {"read-only", NULL, NULL, NULL, NULL, NULL, false},
    {"small-address-space", NULL, NULL, NULL, NULL, "; RLIMIT_AS is 67108864 bytes (ulimit -v)", true},
    {"small-data", NULL, NULL, NULL, NULL, "; RLIMIT_DATA is 67108864 bytes (ulimit -d)", false},
    {"small-stack", NULL, NULL, NULL, NULL, NULL, false},
};

static const Words *words_of(const char *box) {
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (strcmp(table[i].box, box) == 0)
            return &table[i];
    return NULL;
}

/* ---- What is asked ---- */

enum { SIZE = 12 * 1024 * 1024 };

static const bool narrow = sizeof(void *) < 8; /* no box has many addresses then */

static void test_prefault(const Words *words, const char *adapter) {
    SamrenaConfig config = heard_config(adapter);
    config.max_reserve = strcmp(adapter, "virtual") == 0 ? 16 * MIB : 0;
    Samrena *arena = reserved(&config, SIZE);
    bool complete = arena && info_of(arena).reserve.reason == SAMRENA_RESERVE_COMPLETE;
    expect(adapter, words->touched ? "it says that pages were touched, and why" : "no page had to be touched",
           words->touched ? says(words->touched) || !complete : !says(TOUCHED));
    if (strcmp(adapter, "chained") == 0 && words->small)
        expect(adapter, "it says that pages are small, and why", says(words->small) || !complete);
    expect_truth(arena, adapter, SIZE);
    samrena_trim(arena, MIB);
    expect(adapter, "a trim says what it cannot give back",
           (strcmp(adapter, "chained") == 0 && words->kept ? says(words->kept) : !says("could not trim")));
    expect(adapter, "residency is told, or that it is not",
           !strstr(printed(arena), "not told by the system") == !words->resident);
    samrena_destroy(arena);
}

/* Pages come, by the system or by touching, while this thread pushes; the contents are the program's. */
static void test_ahead(const char *adapter) {
    SamrenaConfig config = heard_config(adapter);
    config.prefault = SAMRENA_PREFAULT_AHEAD;
    config.max_reserve = 16 * MIB;
    Samrena *arena = samrena_create(&config);
    bool reserved = arena && samrena_reserve(arena, SIZE) == SAMRENA_OK;
    expect(adapter, "a reserve ahead of the cursor says so",
           reserved && info_of(arena).reserve.reason == SAMRENA_RESERVE_AHEAD);
    bool sound = reserved;
    for (uint64_t at = 0; sound && at + 4000 <= SIZE - 64 * KIB; at += 4000) {
        unsigned char *block = samrena_push_zero(arena, 4000);
        sound = block && block[0] == 0 && block[3999] == 0;
        if (sound)
            memset(block, 1, 4000);
    }
    expect(adapter, "what is pushed meanwhile is zero, and there", sound);
    samrena_destroy(arena);
}

/* More than any of these boxes gives, by limits or by the arena's own. */
static void test_refusals(const Words *words, const char *adapter) {
    SamrenaConfig config = heard_config(adapter);
    Samrena *arena = samrena_create(&config);
    expect(adapter, "an arena with all defaults can be had", arena);
    expect(adapter, "a reserve of 60 TiB is refused", samrena_reserve(arena, UINT64_C(60) << 40) != SAMRENA_OK);
    if (words->limit)
        expect(adapter, "and names the limit", error_says(words->limit));
    if (strcmp(adapter, "virtual") == 0)
        expect(adapter, "and what to raise", error_says("raise max_reserve"));
    expect(adapter, "a push goes on", samrena_push(arena, MIB));
    samrena_destroy(arena);
    if (!words->limit)
        return;
    arena = samrena_create(&config);
    expect(adapter, "a push of 100 MiB is refused", !samrena_push(arena, 100 * MIB));
    expect(adapter, "and names the limit", error_says(words->limit));
    samrena_destroy(arena);
}

static void test_share(const Words *words) {
    SamrenaConfig config = heard_config("virtual");
    Samrena *arena = samrena_create(&config);
    uint64_t ceiling = arena ? info_of(arena).ceiling : 0;
    expect("virtual", "it has a share of the addresses, and says so, or all that it likes",
           words->tight || narrow ? ceiling >= MIB && ceiling <= (words->tight ? 8 * MIB : GIB) &&
                                        says("bytes of address space instead of 34359738368")
                                  : ceiling == 32 * GIB);
    samrena_destroy(arena);
    if (!words->tight)
        return;
    config.max_reserve = 300 * MIB;
    arena = samrena_create(&config);
    if (narrow)
        expect("virtual", "more than there is comes to be less, and that is said",
               arena && says("bytes of address space instead of 314572800"));
    else
        expect("virtual", "more than there is cannot be had, and the limit is named",
               !arena && error_says("(max_reserve)") && error_says(words->limit));
    samrena_destroy(arena);
}

/* A profile can be saved in $TMPDIR alone. */
static void test_files(void) {
    bool refused = samrena_labels_save("/profile") != SAMRENA_OK;
    expect("labels", "a profile that cannot be written is refused, and why",
           refused && error_says("/profile") &&
               (error_says("Read-only file system") || error_says("Permission denied")));
}

int main(int count, char **arguments) {
    static const char *const adapters[] = {"chained", "virtual"};
    const Words *words = count == 2 ? words_of(arguments[1]) : NULL;
    if (!words)
        return fprintf(stderr, "usage: test_words BOX\n"), 2;
    for (size_t i = 0; i < COUNT_OF(adapters); i++) {
        test_prefault(words, adapters[i]);
        test_ahead(adapters[i]);
        test_refusals(words, adapters[i]);
    }
    test_share(words);
    if (strcmp(words->box, "read-only") == 0)
        test_files();
    return tap_end();
}
