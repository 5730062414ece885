// SPDX-License-Identifier: MIT
// samrena-adapter check: the conformance suite, a child process a check.
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <string.h>

#include "child.h"
#include "commands.h"
#include "json.h"
#include "plugin.h"

typedef struct Counts {
    unsigned passed, failed, skipped;
} Counts;

static const char *const words[] = {
    [CONFORMANCE_PASSED] = "passed", [CONFORMANCE_FAILED] = "failed", [CONFORMANCE_SKIPPED] = "skipped"};

/* ---- One line a check, in each format ---- */

static void begin(Format format, const Candidate *candidate) {
    if (format == FORMAT_TEXT)
        printf("%s from %s\n", candidate->name, candidate->source);
    if (format != FORMAT_JSON)
        return;
    json_open(NULL, '{');
    json_text("name", candidate->name);
    json_text("source", candidate->source);
    json_open("checks", '[');
}

static void check_as_json(const char *name, const char *about, const Judgement *judgement) {
    json_open(NULL, '{');
    json_text("check", name);
    json_text("about", about);
    json_text("outcome", words[judgement->outcome]);
    json_text("message", judgement->message[0] ? judgement->message : NULL);
    json_close('}');
}

static void tell(Format format, Counts *counts, const char *name, const char *about, const Judgement *judgement) {
    bool failed = judgement->outcome == CONFORMANCE_FAILED;
    counts->passed += judgement->outcome == CONFORMANCE_PASSED;
    counts->failed += failed;
    counts->skipped += judgement->outcome == CONFORMANCE_SKIPPED;
    unsigned number = counts->passed + counts->failed + counts->skipped;
    if (format == FORMAT_JSON) {
        check_as_json(name, about, judgement);
    } else if (format == FORMAT_TAP) {
        printf("%sok %u - %s: %s%s%s\n", failed ? "not " : "", number, name, about,
               judgement->outcome == CONFORMANCE_SKIPPED ? " # SKIP " : "", failed ? "" : judgement->message);
        if (failed)
            printf("# %s\n", judgement->message);
    } else {
        printf("%-8s %-17s %s\n", words[judgement->outcome], name, about);
        if (judgement->message[0])
            printf("         %-17s %s\n", "", judgement->message);
    }
    fflush(stdout);
}

static void end(Format format, const Candidate *candidate, const Counts *counts) {
    if (format == FORMAT_TAP)
        printf("1..%u\n", counts->passed + counts->failed + counts->skipped);
    else if (format == FORMAT_TEXT)
        printf("%s: %u passed, %u failed, %u skipped\n", candidate->name, counts->passed, counts->failed,
               counts->skipped);
    if (format != FORMAT_JSON)
        return;
    json_close(']');
    json_number("passed", counts->passed);
    json_number("failed", counts->failed);
    json_number("skipped", counts->skipped);
    json_close('}');
    json_end();
}

/* ---- The checks ---- */

static void run_checks(const Request *request, const Candidate *candidate, int64_t deadline, Counts *counts) {
    bool in_time = true;
    for (size_t i = 0; i < conformance_count(); i++) {
        Judgement judgement = {.outcome = CONFORMANCE_SKIPPED, .message = "not run: the time was up before"};
        if (in_time)
            plugin_check(candidate, request->options, i, deadline, &judgement);
        in_time = clock_now() < deadline;
        tell(request->format, counts, conformance_name(i), conformance_about(i), &judgement);
    }
}

int command_check(const Request *request) {
    int64_t deadline = clock_now() + request->timeout;
    Candidate candidate;
    Description description;
    Counts counts = {0, 0, 0};
    char reason[512];
    if (!candidate_of(request->subject, &candidate)) {
        fprintf(stderr, "samrena-adapter: no adapter \"%s\": samrena-adapter list shows those that there are\n",
                request->subject);
        return EXIT_FAULT;
    }
    plugin_describe(&candidate, deadline, &description);
    if (description.usable && !plugin_takes_options(&candidate, request->options, deadline, reason)) {
        fprintf(stderr, "samrena-adapter: %s\n", reason);
        return EXIT_USAGE;
    }

    begin(request->format, &candidate);
    Judgement opened = {.outcome = description.usable ? CONFORMANCE_PASSED : CONFORMANCE_FAILED};
    snprintf(opened.message, sizeof(opened.message), "%.500s", description.reason);
    tell(request->format, &counts, "open", "the library takes it for an adapter", &opened);
    if (description.usable)
        run_checks(request, &candidate, deadline, &counts);
    end(request->format, &candidate, &counts);
    return counts.failed ? EXIT_FAULT : 0;
}
