// SPDX-License-Identifier: MIT
// wordfreq: counts the words of text files; every node, string and table of the count lives in one arena.
//
// The functions on struct Counter are the ones to copy from: they push and never free, samrena_destroy() ends it all.
// What follows them is for --compare, the same count on every adapter in each way to say what is needed, and options.
// What it asks of the system besides is in wordfreq_system.h.
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <samrena.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wordfreq_system.h"

enum { EXIT_USAGE = 2, FIRST_BUCKETS = 1024, FIRST_LETTERS = 64, MOST_ADAPTERS = 16, ROUNDS = 5, READ_SIZE = 1 << 16 };

static const char *const wordnet_files[] = {"/usr/share/wordnet/data.noun", "/usr/share/wordnet/data.verb",
                                            "/usr/share/wordnet/data.adj", "/usr/share/wordnet/data.adv", NULL};

typedef struct Options {
    const char *adapter;         /* NULL: the library's default */
    const char *adapter_options; /* NULL: none */
    const char *const *files;    /* ends with NULL, as argv does */
    const char *label;           /* NULL: none */
    const char *profile;         /* what runs before came to, and this one will be told to; NULL: none */
    uint64_t reserve, expect;    /* 0: no reservation; no growth hint */
    uint64_t top;
    bool ahead; /* what is reserved is made resident while counting */
    bool compare;
} Options;

static double next_progress; /* when to show it; 0: not started */
static bool progress_shown;

/* Only on a terminal, not before half a second has passed, and four times a second at most. `all`: of how many; 0: not
   known. */
static void show_progress(uint64_t done, uint64_t all, const char *what) {
    double now = cost_since((Cost){0}).seconds;
    if (next_progress == 0)
        next_progress = now + 0.5;
    if (now < next_progress || !is_terminal(stderr))
        return;
    next_progress = now + 0.25;
    progress_shown = true;
    fprintf(stderr, "\rwordfreq: %" PRIu64, done);
    if (all != 0)
        fprintf(stderr, " of %" PRIu64, all);
    fprintf(stderr, " %s\033[K", what);
}

static void clear_progress(void) {
    if (progress_shown)
        fputs("\r\033[K", stderr);
    progress_shown = false;
}

/* One line on stderr, whatever the names and reasons in it contain; then exits, unless the status is success. */
SAMRENA_PRINTF_FORMAT(2, 3) static void say(int status, const char *format, ...) {
    char line[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    for (char *newline = line; (newline = strchr(newline, '\n')) != NULL;)
        *newline = ' ';
    clear_progress();
    fprintf(stderr, "wordfreq: %s\n", line);
    if (status != EXIT_SUCCESS)
        exit(status);
}

/* Output is buffered: a full disk shows here at the latest. */
static void finish_output(void) {
    if (ferror(stdout) || fflush(stdout) != 0)
        say(EXIT_FAILURE, "cannot write to standard output: %s", strerror(errno));
}

typedef struct Word {
    struct Word *next; /* in the same bucket */
    char *text;
    uint64_t hash, count;
} Word;

typedef struct Counter {
    Samrena *arena;
    Word **buckets;
    size_t bucket_count; /* a power of two, at least `distinct` */
    size_t distinct, total;
    char *letters; /* of the word being read */
    size_t length, room;
} Counter;

/* A SamrenaFailureCallback: what fails on the arena ends the program, so no push needs a check of its own. */
static void arena_failed(SamrenaError error, const char *message, void *user) {
    (void)user;
    say(error == SAMRENA_ERROR_OUT_OF_MEMORY ? EXIT_FAILURE : EXIT_USAGE, "%s", message);
}

/* A profile that is not there yet is begun at the end. */
static void load_profile(const Options *options) {
    if (options->profile != NULL && file_is_there(options->profile) &&
        samrena_labels_load(options->profile) != SAMRENA_OK)
        say(EXIT_USAGE, "%s", samrena_last_error_message());
}

static void save_profile(const Options *options) {
    if (options->profile != NULL && samrena_labels_save(options->profile) != SAMRENA_OK)
        say(EXIT_FAILURE, "%s", samrena_last_error_message());
}

static Samrena *open_arena(const Options *options) {
    static SamrenaLabel label = SAMRENA_LABEL("wordfreq");
    SamrenaConfig config = samrena_default_config();
    config.adapter = options->adapter;
    config.adapter_options = options->adapter_options;
    config.failure = arena_failed;
    if (options->ahead)
        config.prefault = SAMRENA_PREFAULT_AHEAD;
    if (options->label != NULL)
        label.name = options->label;
    if (options->label != NULL || options->profile != NULL) /* arenas of a label learn from those before them */
        config.label = &label;
    Samrena *arena = samrena_create(&config);
    if (options->reserve != 0)
        samrena_reserve(arena, options->reserve);
    else if (options->expect != 0) /* now what the first table takes; later growth in steps that fit the total */
        samrena_reserve_with_growth(arena, FIRST_BUCKETS * sizeof(Word *), options->expect);
    return arena;
}

/* FNV-1a. */
static uint64_t hash_text(const char *text) {
    uint64_t hash = UINT64_C(14695981039346656037);
    while (*text != '\0')
        hash = (hash ^ (unsigned char)*text++) * UINT64_C(1099511628211);
    return hash;
}

/* An arena does not free single blocks: the old table stays behind until the arena goes. As each is twice the one
   before, all old tables together are smaller than the one in use. */
static void grow_table(Counter *counter) {
    size_t bucket_count = counter->bucket_count == 0 ? FIRST_BUCKETS : counter->bucket_count * 2;
    Word **buckets = SAMRENA_PUSH_ARRAY_ZERO(counter->arena, Word *, bucket_count);
    for (size_t i = 0; i < counter->bucket_count; i++) {
        for (Word *word = counter->buckets[i], *next; word != NULL; word = next) {
            Word **bucket = &buckets[word->hash & (bucket_count - 1)];
            next = word->next;
            word->next = *bucket;
            *bucket = word;
        }
    }
    counter->buckets = buckets;
    counter->bucket_count = bucket_count;
}

static void add_letter(Counter *counter, char letter) {
    if (counter->length == counter->room) { /* the same here: the shorter buffer stays behind */
        size_t room = counter->room == 0 ? FIRST_LETTERS : counter->room * 2;
        char *letters = SAMRENA_PUSH_ARRAY(counter->arena, char, room);
        if (counter->length != 0)
            memcpy(letters, counter->letters, counter->length);
        counter->letters = letters;
        counter->room = room;
    }
    counter->letters[counter->length++] = letter;
}

static void end_word(Counter *counter) {
    add_letter(counter, '\0');
    if (counter->distinct == counter->bucket_count)
        grow_table(counter);
    uint64_t hash = hash_text(counter->letters);
    Word **bucket = &counter->buckets[hash & (counter->bucket_count - 1)];
    Word *word = *bucket;
    while (word != NULL && (word->hash != hash || strcmp(word->text, counter->letters) != 0))
        word = word->next;
    if (word == NULL) {
        word = SAMRENA_PUSH_TYPE(counter->arena, Word);
        char *text = SAMRENA_PUSH_ARRAY(counter->arena, char, counter->length);
        *word = (Word){.next = *bucket, .text = memcpy(text, counter->letters, counter->length), .hash = hash};
        *bucket = word;
        counter->distinct++;
    }
    word->count++;
    counter->length = 0;
    if (++counter->total % 65536 == 0)
        show_progress(counter->total, 0, "words counted");
}

/* Part of a text: a word may run on into the next part. */
static void count_words(const char *bytes, size_t size, void *user) {
    Counter *counter = user;
    for (size_t i = 0; i < size; i++) {
        char lower = (char)(bytes[i] | 0x20); /* turns A to Z into a to z, and nothing else into a letter */
        if (lower >= 'a' && lower <= 'z')
            add_letter(counter, lower);
        else if (counter->length != 0)
            end_word(counter);
    }
}

static int by_frequency(const void *left, const void *right) {
    const Word *a = *(Word *const *)left, *b = *(Word *const *)right;
    return a->count != b->count ? (a->count < b->count) - (a->count > b->count) : strcmp(a->text, b->text);
}

/* "-" is what comes in, as with other programs of this kind. A line ends behind each file, so that no word runs on into
   the next one. */
static void read_files(const Options *options, void (*use)(const char *bytes, size_t size, void *user), void *user) {
    static char bytes[READ_SIZE];
    for (const char *const *name = options->files; *name != NULL; name++) {
        FILE *file = strcmp(*name, "-") == 0 ? stdin : open_file(*name);
        for (size_t size; file != NULL && (size = fread(bytes, 1, sizeof(bytes), file)) != 0;)
            use(bytes, size, user);
        if (file == NULL || ferror(file))
            say(EXIT_USAGE, "cannot read '%s': %s", *name, strerror(errno));
        if (file != stdin)
            fclose(file);
        use("\n", 1, user);
    }
    clear_progress();
}

/* What the arena will hold, guessed from the files' size: four times as much text has about twice as many different
   words (Heaps' law). 1600 suits a dictionary. The price of a wrong guess: some memory, or growing after all. */
static uint64_t guess_need(const Options *options) {
    uint64_t size = 0, need = 1600;
    for (const char *const *name = options->files; *name != NULL; name++)
        size += file_size(*name); /* what is wrong with a file shows when it is read */
    while ((need / 1600) * (need / 1600) < size)
        need += need / 8;
    return need;
}

/* What one count took and found. */
typedef struct Run {
    Cost setup; /* creating the arena, and reserving */
    Cost counting;
    SamrenaInfo info;
    uint64_t checksum; /* of all words and their counts */
} Run;

static void print_summary(const Counter *counter, const Run *run) {
    const SamrenaInfo *info = &run->info;
    say(EXIT_SUCCESS, "%zu words, %zu different; adapter %s: %zu KiB allocated, %zu KiB capacity, %zu adapter calls",
        counter->total, counter->distinct, info->adapter, (size_t)(info->allocated / 1024),
        (size_t)(info->capacity / 1024), (size_t)info->adapter_calls);
    say(EXIT_SUCCESS, "creating the arena%s: %.1f ms, %ld page faults; counting: %.1f ms, %ld page faults",
        info->reserve.requested != 0 ? " and reserving" : "", run->setup.seconds * 1e3, run->setup.page_faults,
        run->counting.seconds * 1e3, run->counting.page_faults);
}

/* A text in memory, every line of which has an end. */
typedef struct Text {
    char *bytes;
    size_t size, room;
} Text;

/* Counts the words of `text`; where that is NULL, of the files, and prints what there is to know. */
static Run count_once(const Options *options, const Text *text) {
    load_profile(options);
    Cost start = cost_since((Cost){0});
    Counter counter = {.arena = open_arena(options)};
    Run run = {.setup = cost_since(start), .info = {.struct_size = sizeof(run.info)}};
    start = cost_since((Cost){0});
    if (text != NULL)
        count_words(text->bytes, text->size, &counter);
    else
        read_files(options, count_words, &counter);
    Word **words = SAMRENA_PUSH_ARRAY(counter.arena, Word *, counter.distinct);
    for (size_t i = 0, used = 0; i < counter.bucket_count; i++)
        for (Word *word = counter.buckets[i]; word != NULL; word = word->next)
            words[used++] = word;
    run.counting = cost_since(start); /* without the sorting: qsort() may take memory of its own from the heap */
    samrena_get_info(counter.arena, &run.info);
    qsort(words, counter.distinct, sizeof(Word *), by_frequency);
    for (size_t i = 0; i < counter.distinct; i++) {
        run.checksum = run.checksum * 31 + words[i]->hash + words[i]->count;
        if (text == NULL && i < options->top)
            printf("%" PRIu64 " %s\n", words[i]->count, words[i]->text);
    }
    finish_output();
    if (text == NULL)
        print_summary(&counter, &run);
    samrena_destroy(counter.arena); /* which tells the label, if it has one */
    save_profile(options);
    return run;
}

/* How an arena gets to know what is needed. */
typedef enum Way { NOT_AT_ALL, RESERVED, AHEAD, LEARNT, WAYS } Way;
static const char *const ways[WAYS] = {"no", "yes", "ahead", "learnt"};

/* The lines of the table; those of one adapter stand together, in the order of the ways. */
static struct Row {
    char adapter[SAMRENA_ADAPTER_NAME_SIZE];
    Way way;
    Run runs[ROUNDS];
} rows[WAYS * MOST_ADAPTERS];
static size_t row_count;

/* A SamrenaAdapterCallback. */
static bool add_rows(const SamrenaAdapterInfo *info, void *user) {
    (void)user;
    bool usable = info->error == SAMRENA_OK && row_count < WAYS * MOST_ADAPTERS;
    if (!usable)
        say(EXIT_SUCCESS, "adapter '%s' is left out: %s", info->name, info->error ? info->message : "too many");
    for (int way = 0; usable && way < WAYS; way++, row_count++) {
        snprintf(rows[row_count].adapter, sizeof(rows[row_count].adapter), "%s", info->name);
        rows[row_count].way = (Way)way;
    }
    return true;
}

static void append_text(const char *bytes, size_t size, void *user) {
    Text *text = user;
    if (size > text->room - text->size) {
        size_t room = 2 * (text->size + size);
        char *larger = realloc(text->bytes, room);
        if (larger == NULL)
            say(EXIT_FAILURE, "cannot keep the text in memory");
        text->bytes = larger;
        text->room = room;
    }
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
}

/* What a run in a process of its own is to do, in plain bytes; the text stands behind it. */
typedef struct Order {
    char adapter[SAMRENA_ADAPTER_NAME_SIZE];
    char profile[TEMPORARY_NAME_SIZE]; /* "": none */
    bool ahead;
    uint64_t reserve;
    size_t text_size;
} Order;

/* Also called in a process that is this program started again. */
void do_order(void *order, void *run) {
    const Order *ordered = order;
    const Options options = {.adapter = ordered->adapter,
                             .profile = ordered->profile[0] != '\0' ? ordered->profile : NULL,
                             .ahead = ordered->ahead,
                             .reserve = ordered->reserve};
    const Text text = {.bytes = (char *)order + sizeof(*ordered), .size = ordered->text_size};
    next_progress = 1e300; /* never: the parent shows how far it is */
    Run done = count_once(&options, &text);
    memcpy(run, &done, sizeof(done));
    ((Run *)run)->info.adapter = NULL; /* a pointer into the process that ends here */
}

/* Each run has a process of its own: in one that has counted before, the heap is resident already, and an arena
   without a reservation would seem to take no page faults. `order` has room for the text, and holds it. */
static Run run_alone(Order *order, const Options *options) {
    Run run;
    snprintf(order->adapter, sizeof(order->adapter), "%s", options->adapter);
    snprintf(order->profile, sizeof(order->profile), "%s", options->profile != NULL ? options->profile : "");
    order->ahead = options->ahead;
    order->reserve = options->reserve;
    if (!in_a_process(order, sizeof(*order) + order->text_size, &run, sizeof(run)))
        say(EXIT_FAILURE, "the run with adapter '%s' failed", options->adapter);
    return run;
}

/* Interleaved, so that whatever else the machine does meanwhile falls on all rows alike. The first run of all, which
   nobody sees, is the one that those with a profile have learnt from. */
static void run_all(Order *order) {
    char profile[TEMPORARY_NAME_SIZE];
    if (!temporary_name(profile))
        say(EXIT_FAILURE, "cannot make a file for the profile: %s", strerror(errno));
    (void)run_alone(order, &(Options){.adapter = rows[0].adapter, .profile = profile});
    for (size_t done = 0; done < ROUNDS * row_count; done++) {
        struct Row *row = &rows[done % row_count];
        Run *run = &row->runs[done / row_count];
        Options options = {.adapter = row->adapter, .ahead = row->way == AHEAD};
        if (row->way == RESERVED || row->way == AHEAD) /* a page more than was used without: alignment padding varies */
            options.reserve = row[-(int)row->way].runs[0].info.allocated + 4096;
        if (row->way == LEARNT)
            options.profile = profile;
        *run = run_alone(order, &options);
        if (run->checksum != rows[0].runs[0].checksum)
            say(EXIT_FAILURE, "adapters '%s' and '%s' disagree on the counts", rows[0].adapter, row->adapter);
        show_progress(done + 1, ROUNDS * row_count, "runs done");
    }
    remove(profile);
    clear_progress();
}

static int by_time(const void *left, const void *right) {
    const Run *a = left, *b = right;
    double difference = a->setup.seconds + a->counting.seconds - b->setup.seconds - b->counting.seconds;
    return (difference > 0) - (difference < 0);
}

static void print_table(void) {
    printf("                     create, reserve           count   adapter     KiB      KiB\n"
           "adapter    reserved     ms   faults       ms   faults    calls    used     held\n");
    for (struct Row *row = rows; row < rows + row_count; row++) {
        qsort(row->runs, ROUNDS, sizeof(Run), by_time);
        const Run *median = &row->runs[ROUNDS / 2];
        printf("%-10s %-8s %6.1f %8ld %8.1f %8ld %8" PRIu64 " %7" PRIu64 " %8" PRIu64 "\n", row->adapter,
               ways[row->way], median->setup.seconds * 1e3, median->setup.page_faults, median->counting.seconds * 1e3,
               median->counting.page_faults, median->info.adapter_calls, median->info.allocated / 1024,
               median->info.capacity / 1024);
    }
    finish_output();
}

static void compare(const Options *options) {
    Text all = {NULL, 0, 0};
    append_text((const char *)&(Order){.reserve = 0}, sizeof(Order), &all);
    read_files(options, append_text, &all);
    Order *order = (void *)all.bytes;
    order->text_size = all.size - sizeof(*order);
    samrena_adapter_each(add_rows, NULL);
    if (row_count == 0)
        say(EXIT_USAGE, "no usable adapter was found; SAMRENA_ADAPTER_PATH can name a folder that has some");
    run_all(order);
    say(EXIT_SUCCESS, "%zu KiB of text; each line: the median of %d runs in fresh processes", order->text_size / 1024,
        ROUNDS);
    print_table();
    free(order);
}

static const char help_text[] = "Usage: wordfreq [OPTION]... [FILE]...\n"
                                "Counts the words of the files, runs of ASCII letters, and prints the most\n"
                                "frequent first. The FILE - is standard input. Without a FILE it reads the\n"
                                "WordNet database of Debian's package wordnet-base.\n\n"
                                "  --adapter NAME          where the arena's memory comes from: chained,\n"
                                "                          virtual or a plugin's name\n"
                                "  --adapter-options TEXT  what that adapter is told, \"key=value,...\"\n"
                                "  --reserve               reserve the memory before counting, as much as the\n"
                                "                          size of the files suggests\n"
                                "  --ahead                 the same, and have it made resident while counting\n"
                                "  --expect BYTES          tell the arena the size it will reach; with\n"
                                "                          --reserve or --ahead, reserve that much\n"
                                "  --label NAME            call the arena that: in messages, in\n"
                                "                          $SAMRENA_STATS=1, and in a profile\n"
                                "  --profile FILE          take as much at first as runs before came to, and\n"
                                "                          write there what this one comes to\n"
                                "  --top N                 print only the N most frequent words\n"
                                "  --compare               count on every adapter, without a word about what is\n"
                                "                          needed, with a reservation, with one ahead of use,\n"
                                "                          and with a profile; print what each run took\n"
                                "  -h, --help              print this text\n"
                                "  --version               print the version of libsamrena\n\n"
                                "BYTES and N may end in K, M or G. Exit status: 1 for want of memory, output\n"
                                "that cannot be written, or adapters that disagree; 2 for a wrong option, a file\n"
                                "that cannot be read, or an adapter that cannot be used.\n";

static uint64_t parse_number(const char *option, const char *text) {
    static const char suffixes[] = "KMG";
    char *end;
    errno = 0;
    uint64_t number = strtoull(text, &end, 10);
    const char *suffix = *end != '\0' ? strchr(suffixes, *end) : NULL;
    unsigned shift = suffix != NULL ? 10 * (unsigned)(suffix - suffixes + 1) : 0;
    if (*text < '0' || *text > '9' || errno != 0 || number > UINT64_MAX >> shift || end[suffix != NULL] != '\0')
        say(EXIT_USAGE, "--%s '%s' is no number below 2^64, with K, M, G or nothing after it", option, text);
    return number << shift;
}

static Options parse_options(int argc, char **argv) {
    enum { ADAPTER = 256, ADAPTER_OPTIONS, RESERVE, AHEAD_OF_USE, EXPECT, LABEL, PROFILE, TOP, COMPARE, HELP, VERSION };
    static const struct option known[] = {
        {"adapter", required_argument, NULL, ADAPTER}, {"adapter-options", required_argument, NULL, ADAPTER_OPTIONS},
        {"reserve", no_argument, NULL, RESERVE},       {"ahead", no_argument, NULL, AHEAD_OF_USE},
        {"expect", required_argument, NULL, EXPECT},   {"label", required_argument, NULL, LABEL},
        {"profile", required_argument, NULL, PROFILE}, {"top", required_argument, NULL, TOP},
        {"compare", no_argument, NULL, COMPARE},       {"help", no_argument, NULL, HELP},
        {"version", no_argument, NULL, VERSION},       {NULL, 0, NULL, 0}};
    Options options = {.files = wordnet_files, .top = UINT64_MAX};
    const char *not_compared = NULL;
    bool reserve = false;
    opterr = 0; /* what is wrong is said here */
    for (int option, index = 0; (option = getopt_long(argc, argv, ":h", known, &index)) != -1;) {
        switch (option) {
        case ADAPTER: options.adapter = optarg; break;
        case ADAPTER_OPTIONS: options.adapter_options = optarg; break;
        case RESERVE: reserve = true; break;
        case AHEAD_OF_USE: options.ahead = true; break;
        case LABEL: options.label = optarg; break;
        case PROFILE: options.profile = optarg; break;
        case EXPECT: options.expect = parse_number("expect", optarg); break;
        case TOP: options.top = parse_number("top", optarg); break;
        case COMPARE: options.compare = true; break;
        case 'h':
        case HELP: fputs(help_text, stdout); break;
        case VERSION: printf("wordfreq, libsamrena %s\n", samrena_version()); break;
        case ':': say(EXIT_USAGE, "'%s' is given without its argument", argv[optind - 1]); break;
        default:
            if (optopt > 0 && optopt < ADAPTER) /* a letter, perhaps one of several */
                say(EXIT_USAGE, "unknown option '-%c'", optopt);
            say(EXIT_USAGE, "unknown option '%s'", argv[optind - 1]);
        }
        if (option == 'h' || option == HELP || option == VERSION) {
            finish_output();
            exit(EXIT_SUCCESS);
        }
        if (option != COMPARE)
            not_compared = known[index].name;
    }
    if (options.compare && not_compared != NULL)
        say(EXIT_USAGE, "--%s has no meaning together with --compare", not_compared);
    if (optind < argc)
        options.files = (const char *const *)argv + optind;
    else if (!file_is_there(wordnet_files[0]))
        say(EXIT_USAGE, "'%s' is missing: install the package wordnet-base, or name a text file", wordnet_files[0]);
    if (reserve || options.ahead)
        options.reserve = options.expect != 0 ? options.expect : guess_need(&options);
    return options;
}

int main(int argc, char **argv) {
    begin_program(&argc, &argv);
    Options options = parse_options(argc, argv);
    if (options.compare)
        compare(&options);
    else
        count_once(&options, NULL);
    return EXIT_SUCCESS;
}
