// SPDX-License-Identifier: MIT
// samrena-adapter: lists, describes and checks adapters. Plugins are opened in child processes alone.
#define _GNU_SOURCE
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build_config.h"
#include "commands.h"
#include "output.h"
#include "plugin.h"
#include "program.h"
#include "samrena.h"
#include "unknown_option.h"

enum { DEFAULT_TIMEOUT = 60, LARGEST_TIMEOUT = 1000000 };

static const char usage[] = "usage: samrena-adapter list [--json]\n"
                            "       samrena-adapter show NAME|FILE [--json]\n"
                            "       samrena-adapter check NAME|FILE [--options TEXT] [--json | --tap]\n"
                            "\n"
                            "list    every adapter that is built in or on the search path, also those that\n"
                            "        cannot be used, and where it looked\n"
                            "show    what one adapter says of itself\n"
                            "check   holds one adapter to the contract of samrena/adapter.h\n"
                            "\n"
                            "NAME is looked for as an arena does; a FILE has a slash or ends in " PLUGIN_SUFFIX ".\n"
                            "\n"
                            "--options TEXT     options for the adapter, \"key=value,...\"\n"
                            "--timeout SECONDS  end a plugin that takes longer; 60 where not given\n"
                            "--json             print JSON\n"
                            "--tap              print the checks in the Test Anything Protocol\n"
                            "-h, --help         print this text\n"
                            "--version          print the version of libsamrena\n"
                            "\n"
                            "Exit status: 0, 1 where an adapter cannot be used, a check failed or could not\n"
                            "be held, 2 where the command line is wrong.\n";

static int misused(const char *what, const char *argument) {
    fprintf(stderr, "samrena-adapter: %s%s; see samrena-adapter --help\n", what, argument);
    return EXIT_USAGE;
}

static bool read_timeout(const char *text, int64_t *milliseconds) {
    char *end;
    long seconds = strtol(text, &end, 10);
    *milliseconds = (int64_t)seconds * 1000;
    return *text >= '0' && *text <= '9' && *end == '\0' && seconds > 0 && seconds <= LARGEST_TIMEOUT;
}

typedef struct Command {
    const char *name;
    int (*run)(const Request *request);
    bool has_subject, has_options;
} Command;

static const Command commands[] = {
    {"list", command_list, false, false},
    {"show", command_show, true, false},
    {"check", command_check, true, true},
};

static int run(const Request *request, char **words, int count) {
    const Command *command = NULL;
    if (count == 0)
        return misused("expected list, show or check", "");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(words[0], commands[i].name) == 0)
            command = &commands[i];
    if (!command)
        return misused("unknown command: ", words[0]);
    if (command->has_subject && count < 2)
        return misused("expected NAME or FILE after ", words[0]);
    if (count > 1 + command->has_subject)
        return misused("unexpected: ", words[1 + command->has_subject]);
    if (!command->has_options && (request->options || request->format == FORMAT_TAP))
        return misused("--options and --tap are for check, not for ", words[0]);

    Request complete = *request;
    complete.subject = command->has_subject ? words[1] : NULL;
    return command->run(&complete);
}

int program(int argc, char **argv) {
    enum { JSON = LONG_OPTION, TAP, HELP, PRINT_VERSION, OPTIONS, TIMEOUT };
    static const struct option options[] = {
        {"json", no_argument, NULL, JSON},
        {"tap", no_argument, NULL, TAP},
        {"help", no_argument, NULL, HELP},
        {"version", no_argument, NULL, PRINT_VERSION},
        {"options", required_argument, NULL, OPTIONS},
        {"timeout", required_argument, NULL, TIMEOUT},
        {NULL, 0, NULL, 0},
    };
    Request request = {.format = FORMAT_TEXT, .timeout = DEFAULT_TIMEOUT * 1000};
    child_begin(plugin_works, argc, argv);
    opterr = 0;
    for (int option; (option = getopt_long(argc, argv, ":h", options, NULL)) != -1;)
        switch (option) {
        case JSON: request.format = FORMAT_JSON; break;
        case TAP: request.format = FORMAT_TAP; break;
        case OPTIONS: request.options = optarg; break;
        case TIMEOUT:
            if (!read_timeout(optarg, &request.timeout))
                return misused("--timeout expects 1 to 1000000 seconds, not ", optarg);
            break;
        case 'h':
        case HELP: fputs(usage, stdout); return output_end("samrena-adapter", 0);
        case PRINT_VERSION: printf("samrena-adapter %s\n", samrena_version()); return output_end("samrena-adapter", 0);
        case ':': return misused("expected a value after ", argv[optind - 1]);
        default: return misused("unknown option: ", unknown_option(argv));
        }
    return output_end("samrena-adapter", run(&request, argv + optind, argc - optind));
}
