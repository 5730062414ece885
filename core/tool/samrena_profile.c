// SPDX-License-Identifier: MIT
// samrena-profile: shows what labels came to in earlier runs of a program.
#define _GNU_SOURCE
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "label_table.h"
#include "output.h"
#include "profile.h"
#include "program.h"
#include "samrena.h"
#include "system/system.h"
#include "unknown_option.h"

enum { EXIT_FAULT = 1, EXIT_USAGE = 2, BAR = 40 };

static const char usage[] = "usage: samrena-profile show FILE [--json]\n"
                            "\n"
                            "show    what the arenas of each label came to, and the line of code that would\n"
                            "        have reserved best\n"
                            "\n"
                            "FILE is what a program with labels wrote that was run with\n"
                            "SAMRENA_PROFILE=FILE, or that calls samrena_labels_save().\n"
                            "\n"
                            "--json             print JSON\n"
                            "-h, --help         print this text\n"
                            "--version          print the version of libsamrena\n"
                            "\n"
                            "Exit status: 0, 1 where the file cannot be used, 2 where the command line is\n"
                            "wrong.\n";

static int misused(const char *what, const char *argument) {
    fprintf(stderr, "samrena-profile: %s%s; see samrena-profile --help\n", what, argument);
    return EXIT_USAGE;
}

/* ---- Text ---- */

static unsigned largest_count(const Sizes *sizes) {
    unsigned largest = 1;
    for (unsigned bin = 0; bin < SIZE_CLASSES; bin++)
        if (sizes_count(sizes, bin) > largest)
            largest = sizes_count(sizes, bin);
    return largest;
}

static void draw_bar(uint64_t size, unsigned count, unsigned largest) {
    unsigned length = (count * BAR + largest - 1) / largest;
    printf("    %12" PRIu64 " ", size);
    for (unsigned i = 0; i < BAR; i++)
        putchar(i < length ? '#' : ' ');
    printf(" %u\n", count);
}

/* A line for each bin that came up; dots stand for those between that did not. */
static void draw(const Sizes *sizes) {
    unsigned largest = largest_count(sizes), expected = SIZE_CLASSES;
    for (unsigned bin = 0; bin < SIZE_CLASSES; bin++) {
        unsigned count = sizes_count(sizes, bin);
        if (count == 0)
            continue;
        if (bin > expected)
            printf("    %12s\n", "...");
        draw_bar(size_class_top(bin), count, largest);
        expected = bin + 1;
    }
}

static void show_as_text(const Profile *profile) {
    label_table_head(stdout);
    for (size_t i = 0; i < profile->count; i++) {
        label_table_row(stdout, &profile->records[i]);
        draw(&profile->records[i].sizes);
    }
}

/* ---- JSON ---- */

static void show_sizes_as_json(const Sizes *sizes) {
    json_open("sizes", '[');
    for (unsigned bin = 0; bin < SIZE_CLASSES; bin++) {
        if (sizes_count(sizes, bin) == 0)
            continue;
        json_open(NULL, '{');
        json_number("up_to", size_class_top(bin));
        json_number("count", sizes_count(sizes, bin));
        json_close('}');
    }
    json_close(']');
}

static void show_record_as_json(const LabelRecord *record) {
    char advice[ADVICE_SIZE];
    label_record_advise(record, advice);
    json_open(NULL, '{');
    json_text("name", record->name);
    json_number("arenas", record->arenas);
    json_number("rounds", record->rounds);
    json_number("most", record->most);
    json_number("median", label_record_median(record));
    json_number("ninetieth", label_record_ninetieth(record));
    json_number("adapter_calls", record->calls);
    json_number("faults_avoided", record->avoided);
    json_number("regretted", record->regretted);
    json_text("advice", advice);
    show_sizes_as_json(&record->sizes);
    json_close('}');
}

static void show_as_json(const Profile *profile) {
    json_open(NULL, '{');
    json_open("labels", '[');
    for (size_t i = 0; i < profile->count; i++)
        show_record_as_json(&profile->records[i]);
    json_close(']');
    json_close('}');
    json_end();
}

/* ---- Command ---- */

static int unusable(const char *file, const char *why) {
    fprintf(stderr, "samrena-profile: %s: %s\n", file, why);
    return EXIT_FAULT;
}

static int show(const char *file, bool as_json) {
    char *text, reason[PROFILE_REASON];
    size_t size;
    const char *why = system_read_file(file, PROFILE_MOST_BYTES, &text, &size);
    if (why || !text)
        return unusable(file, why ? why : "there is no such file, or it is empty");
    Profile *profile = profile_parse(text, size, reason);
    if (!profile)
        return unusable(file, reason);
    if (as_json)
        show_as_json(profile);
    else
        show_as_text(profile);
    profile_free(profile);
    return 0;
}

static int run(char **words, int count, bool as_json) {
    if (count == 0)
        return misused("expected show", "");
    if (strcmp(words[0], "show") != 0)
        return misused("unknown command: ", words[0]);
    if (count < 2)
        return misused("expected FILE after ", words[0]);
    if (count > 2)
        return misused("unexpected: ", words[2]);
    return show(words[1], as_json);
}

int program(int argc, char **argv) {
    enum { JSON = LONG_OPTION, HELP, PRINT_VERSION };
    static const struct option options[] = {
        {"json", no_argument, NULL, JSON},
        {"help", no_argument, NULL, HELP},
        {"version", no_argument, NULL, PRINT_VERSION},
        {NULL, 0, NULL, 0},
    };
    bool as_json = false;
    opterr = 0;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;)
        switch (option) {
        case JSON: as_json = true; break;
        case 'h':
        case HELP: fputs(usage, stdout); return output_end("samrena-profile", 0);
        case PRINT_VERSION: printf("samrena-profile %s\n", samrena_version()); return output_end("samrena-profile", 0);
        default: return misused("unknown option: ", unknown_option(argv));
        }
    return output_end("samrena-profile", run(argv + optind, argc - optind, as_json));
}
