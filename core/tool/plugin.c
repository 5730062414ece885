// SPDX-License-Identifier: MIT
// What is asked of one adapter, each in a child process of its own.
#include "plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loaded.h"
#include "loader/descriptor.h"
#include "samrena.h"

/* What is asked, in the order of plugin_works. */
enum { DESCRIBE, TRY_OPTIONS, CHECK };

typedef struct Question {
    Candidate candidate;
    size_t check;
    bool has_options;
    char options[];
} Question;

/* ---- In the child ---- */

static const char *options_of(const Question *question) {
    return question->has_options ? question->options : NULL;
}

/* The library opens the file, with all its own checks; the descriptor is looked for after that. NULL: the error of this
   thread says why. */
static const SamrenaAdapter *open_adapter(const Candidate *candidate) {
    if (candidate->built_in) {
        const SamrenaAdapter *built_in = candidate_built_in(candidate);
        return samrena_adapter_register(built_in) == SAMRENA_OK ? built_in : NULL;
    }
    return samrena_adapter_load(candidate->source) == SAMRENA_OK ? loaded_descriptor(candidate->source) : NULL;
}

/* The messages of the loader start with the path, which stands beside them. */
static const char *without_source(const char *message, const char *source) {
    size_t length = strlen(source);
    return strncmp(message, source, length) == 0 && strncmp(message + length, ": ", 2) == 0 ? message + length + 2
                                                                                            : message;
}

static void copy_text(char *to, size_t size, const char *text) {
    snprintf(to, size, "%s", text ? text : "");
}

static void describe(const void *asked, void *answer) {
    const Question *question = asked;
    Description *description = answer;
    const SamrenaAdapter *theirs = open_adapter(&question->candidate);
    if (!theirs) {
        copy_text(description->reason, sizeof(description->reason),
                  without_source(samrena_last_error_message(), question->candidate.source));
        return;
    }
    SamrenaAdapter ours;
    descriptor_copy(&ours, theirs);
    copy_text(description->version, sizeof(description->version), ours.version);
    copy_text(description->summary, sizeof(description->summary), ours.summary);
    copy_text(description->option_keys, sizeof(description->option_keys), ours.option_keys);
    description->abi_major = ours.abi_major;
    description->abi_minor = ours.abi_minor;
    description->struct_size = ours.struct_size;
    description->context_size = ours.context_size;
    description->capabilities = descriptor_capabilities(&ours);
    description->usable = true;
}

static void try_options(const void *asked, void *answer) {
    const Question *question = asked;
    Judgement *judgement = answer;
    SamrenaConfig config = samrena_default_config();
    const SamrenaAdapter *adapter = open_adapter(&question->candidate);
    config.adapter = adapter ? adapter->name : "";
    config.adapter_options = options_of(question);
    Samrena *arena = samrena_create(&config);
    if (!arena && samrena_last_error() == SAMRENA_ERROR_INVALID_PARAMETER)
        copy_text(judgement->message, sizeof(judgement->message), samrena_last_error_message());
    samrena_destroy(arena);
}

static void take_down(const ConformanceResult *result, void *user) {
    Judgement *judgement = user;
    judgement->outcome = result->outcome;
    judgement->reported = true;
    copy_text(judgement->message, sizeof(judgement->message), result->message);
}

static void check(const void *asked, void *answer) {
    const Question *question = asked;
    Judgement *judgement = answer;
    ConformanceSubject subject = {
        .adapter = open_adapter(&question->candidate),
        .options = options_of(question),
        .plugin_file = question->candidate.built_in ? NULL : question->candidate.source,
    };
    if (subject.adapter)
        conformance_run_one(&subject, question->check, take_down, judgement);
    else
        copy_text(judgement->message, sizeof(judgement->message), samrena_last_error_message());
}

const ChildWork plugin_works[] = {
    [DESCRIBE] = {describe, sizeof(Description)},
    [TRY_OPTIONS] = {try_options, sizeof(Judgement)},
    [CHECK] = {check, sizeof(Judgement)},
};

/* ---- In the parent ---- */

/* `options`: NULL where there are none. False: there is no answer, and `reason` says why. */
static bool ask(unsigned work, const Candidate *candidate, const char *options, size_t number, void *answer,
                int64_t deadline, char reason[128]) {
    size_t length = options ? strlen(options) : 0;
    size_t size = sizeof(Question) + length + 1;
    Question *question = calloc(1, size);
    if (!question) {
        snprintf(reason, 128, "no heap memory left");
        return false;
    }
    question->candidate = *candidate;
    question->check = number;
    question->has_options = options;
    memcpy(question->options, options ? options : "", length);
    bool answered = child_ask(work, question, size, answer, deadline, reason);
    free(question);
    return answered;
}

void plugin_describe(const Candidate *candidate, int64_t deadline, Description *description) {
    char reason[128];
    memset(description, 0, sizeof(*description));
    if (!ask(DESCRIBE, candidate, NULL, 0, description, deadline, reason))
        snprintf(description->reason, sizeof(description->reason), "opening it: %s", reason);
}

bool plugin_takes_options(const Candidate *candidate, const char *options, int64_t deadline, char reason[512]) {
    Judgement judgement = {.outcome = CONFORMANCE_PASSED};
    char crash[128];
    /* Where it crashes, the checks will tell. */
    (void)ask(TRY_OPTIONS, candidate, options, 0, &judgement, deadline, crash);
    copy_text(reason, 512, judgement.message);
    return reason[0] == '\0';
}

void plugin_check(const Candidate *candidate, const char *options, size_t number, int64_t deadline,
                  Judgement *judgement) {
    char reason[128];
    memset(judgement, 0, sizeof(*judgement));
    if (!ask(CHECK, candidate, options, number, judgement, deadline, reason))
        copy_text(judgement->message, sizeof(judgement->message), reason);
    if (!judgement->reported)
        judgement->outcome = CONFORMANCE_FAILED;
}
