// SPDX-License-Identifier: MIT
// Does what is wrong, each time in a process of its own, and checks that it is reported; does the right thing next to
// it, and checks that nothing is. Prints TAP. Its stderr has to be an empty file that $DEBUG_LOG names: see run.sh.
// usage: test_debug asan|memcheck|none
//        test_debug CASE SOURCE       the report alone, for whoever looks at one
//        test_debug correct STEPS     what is right alone, until the end of the process, for a check for leaks
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <strings.h>

#include "debug.h"
#include "tap.h"
#include "variables.h"

enum { SEQUENCE_STEPS = 20000, LONGEST_REPORT = 64 * 1024 };

typedef enum Checker { ASAN, MEMCHECK, NONE, CHECKERS } Checker;

static const char *const checker_names[CHECKERS] = {"asan", "memcheck", "none"};

/* ---- A process for each test ---- */

typedef struct Ending {
    int status;
    char report[LONGEST_REPORT]; /* what it wrote to stderr */
} Ending;

/* Children share the offset in the file that is stderr, and so does Valgrind's log. */
static void read_report(Ending *ending, long start) {
    FILE *log = fopen(getenv("DEBUG_LOG"), "r");
    check(log && fseek(log, start, SEEK_SET) == 0);
    size_t size = fread(ending->report, 1, sizeof(ending->report) - 1, log);
    ending->report[size] = '\0';
    fclose(log);
}

static Ending *in_a_process(void (*body)(const void *), const void *argument, size_t size) {
    static Ending ending;
    long start = (long)lseek(STDERR_FILENO, 0, SEEK_CUR);
    ending.status = status_of_child(body, argument, size);
    check(ending.status != CHILD_NOT_MADE);
    read_report(&ending, start);
    return &ending;
}

static void conclude(const char *what, const char *source, const char *fault, const Ending *ending) {
    if (tap_report(!fault, "%s [%s]%s%s", what, source, fault ? ": " : "", fault ? fault : ""))
        return;
    tap_note("the child %s", words_of_status(ending->status));
    const char *line = ending->report;
    for (int i = 0; *line && i < 30; i++) {
        int length = (int)strcspn(line, "\n");
        tap_note("%.*s", length, line);
        line += length + (line[length] == '\n');
    }
}

/* ---- One error, or the legal access next to it ---- */

typedef struct Attempt {
    const Case *item;
    Source source;
    bool wrong;
} Attempt;

static void touch(volatile unsigned char *byte, Access access) {
    switch (access) {
    case READ: (void)*byte; break;
    case WRITE: *byte = 1; break;
    case BRANCH:
        if (*byte == 1)
            *byte = 2;
        break;
    }
}

/* The line tells what was done before from the access itself, and where that was. */
static void attempt(const void *argument) {
    const Attempt *this = argument;
    Place place = open_place(this->source);
    unsigned char *byte = this->item->body(&place, this->item->size, this->wrong);
    char line[64];
    int length = snprintf(line, sizeof(line), "touching %" PRIxPTR "\n", (uintptr_t)byte);
    check(write(STDERR_FILENO, line, (unsigned)length) == length);
    touch(byte, this->item->access);
    if (!this->wrong)
        samrena_destroy(place.arena);
}

static bool exited_with(const Ending *ending, int code) {
    return ending->status == code;
}

static const char *address_sanitizer_words(Outcome outcome) {
    switch (outcome) {
    case POISONED: return "AddressSanitizer: use-after-poison on address";
    case FREED: return "AddressSanitizer: heap-use-after-free on address";
    default: return "AddressSanitizer: SEGV on unknown address";
    }
}

static const char *access_words(Checker checker, Outcome outcome, Access access) {
    if (outcome == UNINITIALISED)
        return "Conditional jump or move depends on uninitialised value(s)";
    if (checker == ASAN && outcome == UNMAPPED)
        return access == READ ? "caused by a READ memory access" : "caused by a WRITE memory access";
    if (checker == ASAN)
        return access == READ ? "READ of size 1" : "WRITE of size 1";
    if (outcome == UNMAPPED)
        return "SIGSEGV";
    return access == READ ? "Invalid read of size 1" : "Invalid write of size 1";
}

/* Memcheck goes on after an error, up to the signal if there is one. */
static bool ended_as_expected(const Ending *ending, Checker checker, Outcome outcome) {
    if (checker == MEMCHECK && outcome == UNMAPPED)
        return ending->status == CHILD_KILLED(SIGSEGV);
    return exited_with(ending, REPORTED);
}

/* However the checker writes its digits. */
static bool names_address(const char *report, const char *address) {
    for (; *report; report++)
        if (strncasecmp(report, address, strlen(address)) == 0)
            return true;
    return false;
}

/* What is wrong with the report; NULL: nothing. */
static const char *judge_report(const Ending *ending, Checker checker, Outcome outcome, Access access) {
    char address[40] = "";
    int marked = 0;
    if (sscanf(ending->report, "touching %30[0-9a-f]\n%n", address, &marked) != 1 || marked == 0)
        return "something was reported before";
    const char *report = ending->report + marked;
    if (outcome == LEGAL)
        return *report || ending->status != 0 ? "reported" : NULL;
    if (!*report)
        return "not reported";
    if (!ended_as_expected(ending, checker, outcome))
        return "did not end as expected";
    if (checker == ASAN && !strstr(report, address_sanitizer_words(outcome)))
        return "reported as something else";
    if (!strstr(report, access_words(checker, outcome, access)))
        return "reported as another access";
    return outcome != UNINITIALISED && !names_address(report, address) ? "reported elsewhere" : NULL;
}

static Outcome expected(const Attempt *attempted, Checker checker) {
    Outcome outcome = attempted->item->outcome[attempted->source];
    if (outcome == ABSENT || (outcome == UNINITIALISED && checker != MEMCHECK))
        return ABSENT;
    return attempted->wrong ? outcome : LEGAL;
}

static void test_case(const Attempt *attempted, Checker checker) {
    char what[200];
    Outcome outcome = expected(attempted, checker);
    if (outcome == ABSENT)
        return;
    snprintf(what, sizeof(what), "%s%s", attempted->wrong ? "" : "legal next to ", attempted->item->name);
    const Ending *ending = in_a_process(attempt, attempted, sizeof(*attempted));
    conclude(what, source_names[attempted->source], judge_report(ending, checker, outcome, attempted->item->access),
             ending);
}

static void test_cases(Checker checker) {
    for (size_t i = 0; i < case_count && checker != NONE; i++)
        for (Source source = CHAINED; source < SOURCES; source++) {
            test_case(&(Attempt){&cases[i], source, true}, checker);
            test_case(&(Attempt){&cases[i], source, false}, checker);
        }
}

/* ---- Switches and correct programs ---- */

typedef struct Turn {
    const Switch *item;
    Source source;
} Turn;

static void turn(const void *argument) {
    const Turn *this = argument;
    if (this->item->environment)
        set_environment("SAMRENA_DEBUG", this->item->environment);
    this->item->body(this->item, this->source);
}

static const char *judge_told(const Ending *ending, const char *told) {
    if (ending->status != 0)
        return "failed";
    return strcmp(ending->report, told) == 0 ? NULL : "told something else";
}

static bool applies(const Switch *item, Checker checker) {
    return checker == NONE ? item->free : item->watched;
}

static void test_switches(Checker checker) {
    for (size_t i = 0; i < switch_count; i++)
        for (Source source = CHAINED; source < SOURCES && applies(&switches[i], checker); source++) {
            const Ending *ending = in_a_process(turn, &(Turn){&switches[i], source}, sizeof(Turn));
            conclude(switches[i].name, source_names[source], judge_told(ending, switches[i].told), ending);
        }
}

static void run_correct(Source source, int steps) {
    sequence(source, steps);
    every_function(source);
}

static void correct(const void *argument) {
    run_correct(*(const Source *)argument, SEQUENCE_STEPS);
}

static void correct_with_guards(const void *argument) {
    set_environment("SAMRENA_DEBUG", "guard");
    correct(argument);
}

static void test_correct(Checker checker) {
    for (Source source = CHAINED; source < ALL_SOURCES && checker != MEMCHECK; source++) {
        const Ending *ending = in_a_process(correct, &source, sizeof(source));
        conclude("a correct program", source_names[source], judge_told(ending, ""), ending);
        ending = in_a_process(correct_with_guards, &source, sizeof(source));
        conclude("a correct program, with guards", source_names[source], judge_told(ending, ""), ending);
    }
}

/* ---- Which of these ---- */

static bool see(const SamrenaAdapterInfo *info, void *user) {
    (void)info;
    (void)user;
    return true;
}

/* Here, and not in each child: under Valgrind that takes most of its time. */
static void load_adapters(void) {
    check(samrena_adapter_each(see, NULL) == SAMRENA_OK);
}

static int run_tests(Checker checker) {
    if (!getenv("DEBUG_LOG") || lseek(STDERR_FILENO, 0, SEEK_CUR) != 0) {
        printf("Bail out! stderr is no empty file, or nothing says which; see run.sh\n");
        return 1;
    }
    load_adapters();
    test_cases(checker);
    test_switches(checker);
    test_correct(checker);
    return tap_end();
}

static int find(const char *name, const char *const *names, int count) {
    int i = 0;
    while (i < count && strcmp(name, names[i]) != 0)
        i++;
    return i;
}

static int run_case(const char *name, const char *source_name) {
    Source source = (Source)find(source_name, source_names, SOURCES);
    for (size_t i = 0; i < case_count && source < SOURCES; i++)
        if (strcmp(cases[i].name, name) == 0) {
            attempt(&(Attempt){&cases[i], source, true});
            return 0;
        }
    fprintf(stderr, "test_debug: no case \"%s\" with %s\n", name, source_name);
    return 2;
}

int main(int argc, char **argv) {
    static const char *const variables[] = {"SAMRENA_DEBUG", "SAMRENA_ADAPTER"};
    set_environment("SAMRENA_LOG", "none"); /* stderr is the checker's */
    for (size_t i = 0; i < COUNT_OF(variables); i++)
        set_environment(variables[i], NULL);
    child_starts_here();
    int checker = argc == 2 ? find(argv[1], checker_names, CHECKERS) : CHECKERS;
    if (checker < CHECKERS)
        return run_tests((Checker)checker);
    if (argc == 3 && strcmp(argv[1], "correct") == 0) {
        for (Source source = CHAINED; source < ALL_SOURCES; source++)
            run_correct(source, atoi(argv[2]));
        return 0;
    }
    if (argc == 3)
        return run_case(argv[1], argv[2]);
    fprintf(stderr, "usage: test_debug asan|memcheck|none, test_debug CASE SOURCE, test_debug correct STEPS\n");
    return 2;
}
