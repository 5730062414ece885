// SPDX-License-Identifier: MIT
// What earlier runs told: profiles that were read, and the file that this run's is written to.
//
// What was read is kept for good, newest first, for labels that come later, also of threads that go on while the
// process ends: so the library stays loaded. A label that comes while another thread reads is taught by whoever of the
// two is second: it is in the list before it looks for a profile, and that thread walks the list when the profile can
// be found.
#include "profiles.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "atomic.h"
#include "compiler.h"
#include "config.h"
#include "environment.h"
#include "error.h"
#include "labels.h"
#include "learn.h"
#include "log.h"
#include "profile.h"
#include "system/system.h"

static _Atomic(Profile *) newest_profile;
static char *environment_file; /* absolute; NULL: none, or it was refused */

/* ---- What was read ---- */

static const LabelRecord *find_record(const char *name) {
    const LabelRecord *found = NULL;
    for (const Profile *profile = atomic_load(&newest_profile); profile && !found; profile = profile->older)
        found = profile_find(profile, name);
    return found;
}

static void teach(SamrenaLabel *label) {
    const LabelRecord *record = find_record(label->name);
    if (record && sizes_total(&record->sizes) > 0)
        learn_from(label, &record->sizes);
}

static void keep(Profile *profile) {
    (void)system_pin(&newest_profile);
    profile->older = atomic_load(&newest_profile);
    while (!atomic_compare_exchange_weak(&newest_profile, &profile->older, profile))
        ;
    for (SamrenaLabel *label = labels_newest(); label; label = labels_older(label))
        teach(label);
}

/* *read NULL: there is no such file, or nothing in it. */
static SamrenaError read_file(const char *path, Profile **read) {
    char *text, reason[PROFILE_REASON];
    size_t size;
    const char *why = system_read_file(path, PROFILE_MOST_BYTES, &text, &size);
    *read = NULL;
    if (why)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "the profile %s: %s", path, why);
    if (!text)
        return SAMRENA_OK;
    *read = profile_parse(text, size, reason);
    return *read ? SAMRENA_OK
                 : error_set(SAMRENA_ERROR_INVALID_PARAMETER, "the profile %s: %s: remove it, or name another one",
                             path, reason);
}

/* ---- What is written ---- */

static LabelRecord record_of(const SamrenaLabel *label) {
    LabelRecord record = labels_record(label);
    record.alive = 0;
    return record;
}

static int compare_records(const void *one, const void *other) {
    return strcmp(((const LabelRecord *)one)->name, ((const LabelRecord *)other)->name);
}

/* Of one name are those of several labels, which belong together. */
static void sort_and_join(Profile *profile) {
    size_t count = 0;
    qsort(profile->records, profile->count, sizeof(LabelRecord), compare_records);
    for (size_t i = 0; i < profile->count; i++)
        if (count > 0 && strcmp(profile->records[count - 1].name, profile->records[i].name) == 0)
            profile_add(&profile->records[count - 1], &profile->records[i]);
        else
            profile->records[count++] = profile->records[i];
    profile->count = count;
}

/* What was there before this run, once for each name. The sizes have learnt from that already. */
static void add_earlier(Profile *profile) {
    for (size_t i = 0; i < profile->count; i++) {
        LabelRecord *record = &profile->records[i];
        const LabelRecord *before = find_record(record->name);
        Sizes sizes = record->sizes;
        if (before)
            profile_add(record, before);
        record->sizes = sizes;
    }
}

/* Those that are not in `into` yet, which is sorted. */
static void add_others(Profile *into, const Profile *from) {
    size_t sorted = into->count;
    for (size_t i = 0; from && i < from->count; i++) {
        Profile known = {.records = into->records, .count = sorted};
        if (!profile_find(&known, from->records[i].name))
            into->records[into->count++] = from->records[i];
    }
    sort_and_join(into);
}

static size_t count_all(const Profile *there) {
    size_t count = there ? there->count : 0;
    for (const SamrenaLabel *label = labels_newest(); label; label = labels_older(label))
        count++;
    for (const Profile *profile = atomic_load(&newest_profile); profile; profile = profile->older)
        count += profile->count;
    return count;
}

/* This run's labels, then what the file has of others, then what was read from elsewhere. Labels that come meanwhile
   are left for the next time. */
static Profile *all_that_is_known(const Profile *there) {
    size_t room = count_all(there);
    Profile *all = profile_create(room);
    if (!all)
        return NULL;
    const SamrenaLabel *label = labels_newest();
    for (; label && all->count < room; label = labels_older(label)) /* GCOVR_EXCL_BR_LINE: labels that come meanwhile */
        all->records[all->count++] = record_of(label);
    sort_and_join(all);
    add_earlier(all);
    add_others(all, there);
    for (const Profile *profile = atomic_load(&newest_profile); profile; profile = profile->older)
        add_others(all, profile);
    return all;
}

static SamrenaError no_heap_for(const char *path) {
    return error_set(SAMRENA_ERROR_OUT_OF_MEMORY, "the profile %s: no heap memory for it", path);
}

static SamrenaError write_file(const char *path, const Profile *there) {
    Profile *all = all_that_is_known(there);
    size_t size = 0;
    char *text = all ? profile_format(all, &size) : NULL;
    profile_free(all);
    if (!text)
        return no_heap_for(path);
    const char *why = size > PROFILE_MOST_BYTES ? "it would be too large" : system_replace_file(path, text, size);
    free(text);
    return why ? error_set(SAMRENA_ERROR_INVALID_PARAMETER, "the profile %s: not written: %s", path, why) : SAMRENA_OK;
}

/* What is there and cannot be read is not written over: it may be anything. */
static SamrenaError save(const char *path) {
    Profile *there;
    SamrenaError error = read_file(path, &there);
    if (!error)
        error = write_file(path, there);
    profile_free(there);
    return error;
}

/* ---- For programs ---- */

/* An answer to who asked for the file: no arena fails by it. */
static SamrenaError log_failure(SamrenaError error) {
    if (error)
        log_line(&samrena_config_defaults, SAMRENA_LOG_ERROR, "%s", samrena_last_error_message());
    return error;
}

SamrenaError samrena_labels_load(const char *path) {
    Profile *read;
    if (!path)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_labels_load: the path is NULL");
    SamrenaError error = read_file(path, &read);
    if (error)
        return log_failure(error);
    if (!read)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "the profile %s: there is none, or it is empty", path);
    keep(read);
    return SAMRENA_OK;
}

SamrenaError samrena_labels_save(const char *path) {
    if (!path)
        return error_set(SAMRENA_ERROR_INVALID_PARAMETER, "samrena_labels_save: the path is NULL");
    return log_failure(save(path));
}

/* ---- For operators ---- */

/* Told whether or not somebody asked for log lines: who named a file has to know. */
static void tell_operator(const char *what) {
    fprintf(stderr, "samrena: $SAMRENA_PROFILE is %s: %s\n", what, samrena_last_error_message());
}

/* An error of the file is none of the program's, whose arena is just made, or which ends. */
static void read_named(const char *path) {
    Profile *read = NULL;
    char *absolute = system_absolute_path(path);
    if (absolute ? read_file(absolute, &read) : no_heap_for(path)) {
        tell_operator("ignored");
        free(absolute);
        return;
    }
    environment_file = absolute;
    if (read)
        keep(read);
}

static void read_environment(void) {
    char *path;
    if (!system_environment("SAMRENA_PROFILE", &path)) {
        (void)no_heap_for("that it names");
        tell_operator("ignored");
    } else if (path && *path) {
        read_named(path);
    }
    free(path);
}

void profiles_teach(SamrenaLabel *label) {
    static atomic_flag is_read = ATOMIC_FLAG_INIT;
    if (!atomic_flag_test_and_set(&is_read)) {
        ErrorState state;
        error_keep(&state);
        read_environment();
        error_restore(&state);
    }
    teach(label);
}

static void print_statistics(void) {
    static const char *const values[] = {"0", "1"};
    static EnvironmentChoice choice = {.name = "SAMRENA_STATS", .values = values, .count = 2};
    if (!environment_choice(&choice))
        return;
    fprintf(stderr, "samrena: arenas of process %" PRIu64 "\n", system_process());
    (void)samrena_labels_print(stderr);
}

void profiles_end(void) {
    if (environment_file && save(environment_file))
        tell_operator("not written");
    print_statistics();
}
