// SPDX-License-Identifier: MIT
// samrena-adapter check: the conformance suite, a child process a check.
#include <stdio.h>
#include <string.h>

#include "child.h"
#include "commands.h"
#include "json.h"
#include "output.h"
#include "plugin.h"

enum { OUTCOMES = CONFORMANCE_UNTESTED + 1 };

typedef struct Tally {
    unsigned of[OUTCOMES];
    unsigned calling;   /* checks that called the adapter and passed or failed */
    char untested[512]; /* why the first of those was not tested that were not; "": none */
} Tally;

static const char *const words[OUTCOMES] = {[CONFORMANCE_PASSED] = "passed",
                                            [CONFORMANCE_FAILED] = "failed",
                                            [CONFORMANCE_SKIPPED] = "skipped",
                                            [CONFORMANCE_UNTESTED] = "untested"};

/* A check that could not be held is no check that is passed. */
static void conclude(const Tally *tally, char text[640]) {
    text[0] = '\0';
    if (tally->of[CONFORMANCE_UNTESTED] > 0 && tally->calling == 0)
        snprintf(text, 640, "nothing was tested: %s", tally->untested);
    else if (tally->of[CONFORMANCE_UNTESTED] > 0)
        snprintf(text, 640, "not all was tested: %s", tally->untested);
}

static unsigned count(const Tally *tally) {
    unsigned sum = 0;
    for (int i = 0; i < OUTCOMES; i++)
        sum += tally->of[i];
    return sum;
}

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

static void check_as_tap(unsigned number, const char *name, const char *about, const Judgement *judgement) {
    bool failed = judgement->outcome == CONFORMANCE_FAILED;
    bool passed = judgement->outcome == CONFORMANCE_PASSED;
    printf("%sok %u - %s: %s%s%s\n", failed ? "not " : "", number, name, about, failed || passed ? "" : " # SKIP ",
           failed ? "" : judgement->message);
    if (failed)
        printf("# %s\n", judgement->message);
}

static void check_as_text(const char *name, const char *about, const Judgement *judgement) {
    enum { OUTCOME = 9, NAME = 20 };
    printf("%-*s%-*s", OUTCOME, words[judgement->outcome], NAME, name);
    output_wrapped(OUTCOME + NAME, about);
    if (judgement->message[0]) {
        printf("%*s", OUTCOME, "");
        output_wrapped(OUTCOME, judgement->message);
    }
}

static void tell(Format format, Tally *tally, const char *name, const char *about, const Judgement *judgement) {
    tally->of[judgement->outcome]++;
    if (judgement->outcome == CONFORMANCE_UNTESTED && !tally->untested[0])
        memcpy(tally->untested, judgement->message, sizeof(tally->untested));
    switch (format) {
    case FORMAT_JSON: check_as_json(name, about, judgement); break;
    case FORMAT_TAP: check_as_tap(count(tally), name, about, judgement); break;
    case FORMAT_TEXT: check_as_text(name, about, judgement); break;
    }
    output_flush();
}

/* ---- The end, in each format ---- */

static void end_as_text(const Candidate *candidate, const Tally *tally, const char *conclusion) {
    printf("%s: %u passed, %u failed, %u skipped", candidate->name, tally->of[CONFORMANCE_PASSED],
           tally->of[CONFORMANCE_FAILED], tally->of[CONFORMANCE_SKIPPED]);
    if (tally->of[CONFORMANCE_UNTESTED] > 0)
        printf(", %u untested\n%s", tally->of[CONFORMANCE_UNTESTED], conclusion);
    putchar('\n');
}

static void end_as_json(const Tally *tally, const char *conclusion) {
    json_close(']');
    for (int i = 0; i < OUTCOMES; i++)
        json_number(words[i], tally->of[i]);
    json_text("not_tested", conclusion[0] ? conclusion : NULL);
    json_close('}');
    json_end();
}

static void end(Format format, const Candidate *candidate, const Tally *tally) {
    char text[640];
    conclude(tally, text);
    if (format == FORMAT_JSON)
        end_as_json(tally, text);
    else if (format == FORMAT_TEXT)
        end_as_text(candidate, tally, text);
    else
        printf("1..%u\n%s%s%s", count(tally), text[0] ? "Bail out! " : "", text, text[0] ? "\n" : "");
}

/* ---- The checks ---- */

static void run_checks(const Request *request, const Candidate *candidate, int64_t deadline, Tally *tally) {
    bool in_time = true;
    for (size_t i = 0; i < conformance_count(); i++) {
        Judgement judgement = {.outcome = CONFORMANCE_UNTESTED, .message = "the time was up before"};
        if (in_time)
            plugin_check(candidate, request->options, i, deadline, &judgement);
        in_time = clock_now() < deadline;
        bool told = judgement.outcome == CONFORMANCE_PASSED || judgement.outcome == CONFORMANCE_FAILED;
        tally->calling += told && conformance_needs_context(i);
        tell(request->format, tally, conformance_name(i), conformance_about(i), &judgement);
    }
}

int command_check(const Request *request) {
    int64_t deadline = clock_now() + request->timeout;
    Candidate candidate;
    Description description;
    Tally tally = {0};
    char reason[512];
    if (!candidate_of(request->subject, &candidate)) {
        candidates_tell_lack(request->subject);
        return EXIT_FAULT;
    }
    plugin_describe(&candidate, deadline, &description);
    if (description.usable && request->options &&
        !plugin_takes_options(&candidate, request->options, deadline, reason)) {
        fprintf(stderr, "samrena-adapter: %s\n", reason);
        return EXIT_USAGE;
    }

    begin(request->format, &candidate);
    Judgement opened = {.outcome = description.usable ? CONFORMANCE_PASSED : CONFORMANCE_FAILED};
    snprintf(opened.message, sizeof(opened.message), "%.500s", description.reason);
    tell(request->format, &tally, "open", "the library takes it for an adapter", &opened);
    if (description.usable)
        run_checks(request, &candidate, deadline, &tally);
    end(request->format, &candidate, &tally);
    return tally.of[CONFORMANCE_FAILED] || tally.of[CONFORMANCE_UNTESTED] ? EXIT_FAULT : 0;
}
