// SPDX-License-Identifier: MIT
// parallel: parse in several threads, keep one tree.
// usage: parallel [FILE [THREADS]]
//
// Each thread parses its part of a text into an arena of its own, so that none waits for another. Then one arena takes
// in the others with samrena_splice(): nothing is copied, no pointer changes, and the whole tree ends with one call.
// What a thread needs on the way only lies in its scratch arena.
#include <inttypes.h>
#include <pthread.h>
#include <samrena.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_THREADS = 64, MADE_UP_LINES = 200000 };

/* ---- The tree: lines of words ---- */

typedef struct Line {
    struct Line *next;
    uint64_t word_count;
    char **words;
} Line;

typedef struct Document {
    Line *first, *last;
} Document;

static void *must(void *made) {
    if (!made) {
        fprintf(stderr, "parallel: %s\n", samrena_last_error_message());
        exit(1);
    }
    return made;
}

/* How many words there are shows at the end of the line: until then they are in the scratch arena. */
static void parse_line(Samrena *arena, Document *document, const char *at, const char *end) {
    Samrena *scratch = must(samrena_scratch(&arena, 1));
    SAMRENA_SCOPE(scratch);
    Line *line = must(SAMRENA_PUSH_TYPE_ZERO(arena, Line));
    char **words = NULL;
    uint64_t room = 0;
    while (at < end) {
        const char *space = memchr(at, ' ', (size_t)(end - at));
        const char *word_end = space ? space : end;
        if (line->word_count == room) {
            uint64_t more = room ? 2 * room : 16;
            words = must(samrena_resize(scratch, words, room * sizeof(*words), more * sizeof(*words)));
            room = more;
        }
        if (word_end > at)
            words[line->word_count++] = must(samrena_push_substring(arena, at, (uint64_t)(word_end - at)));
        at = word_end + 1;
    }
    line->words = must(samrena_push_copy(arena, words, line->word_count * sizeof(*words)));
    *(document->last ? &document->last->next : &document->first) = line;
    document->last = line;
}

static Document parse(Samrena *arena, const char *at, const char *end) {
    Document document = {NULL, NULL};
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *line_end = newline ? newline : end;
        parse_line(arena, &document, at, line_end);
        at = line_end + 1;
    }
    return document;
}

static void append(Document *document, Document more) {
    if (!more.first)
        return;
    *(document->last ? &document->last->next : &document->first) = more.first;
    document->last = more.last;
}

/* ---- In parallel ---- */

typedef struct Part {
    pthread_t thread;
    Samrena *arena; /* made by the thread that fills it */
    const char *at, *end;
    Document document;
} Part;

static void *parse_part(void *argument) {
    Part *part = argument;
    part->arena = must(samrena_create(NULL));
    part->document = parse(part->arena, part->at, part->end);
    return NULL;
}

static Document parse_in_parallel(Samrena *arena, const char *text, uint64_t size, int threads) {
    Part parts[MOST_THREADS];
    Document document = {NULL, NULL};
    const char *at = text, *end = text + size;
    for (int i = 0; i < threads; i++) { /* each ends with a line */
        const char *until = text + size / (uint64_t)threads * ((uint64_t)i + 1);
        const char *newline = i + 1 < threads && until > at ? memchr(until, '\n', (size_t)(end - until)) : NULL;
        until = newline ? newline + 1 : i + 1 < threads ? at : end;
        parts[i] = (Part){.at = at, .end = until};
        at = until;
        if (pthread_create(&parts[i].thread, NULL, parse_part, &parts[i]) != 0) {
            fprintf(stderr, "parallel: no thread can be made\n");
            exit(1);
        }
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(parts[i].thread, NULL);
        if (samrena_splice(arena, parts[i].arena) != SAMRENA_OK)
            must(NULL);
        append(&document, parts[i].document);
    }
    return document;
}

/* ---- What to show ---- */

static char *read_file(const char *path, uint64_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(2);
    }
    *size = (uint64_t)ftell(file);
    char *text = malloc((size_t)(*size + 1));
    rewind(file);
    if (!text || fread(text, 1, (size_t)*size, file) != *size) {
        perror(path);
        exit(2);
    }
    fclose(file);
    return text;
}

static char *make_up(uint64_t *size) {
    char *text = malloc(MADE_UP_LINES * 64);
    char *at = text;
    for (int i = 0; text && i < MADE_UP_LINES; i++)
        at += sprintf(at, "line %d of a text with %d words or so\n", i, i * 7919 % 1000);
    *size = text ? (uint64_t)(at - text) : 0;
    return text;
}

static uint64_t describe(const char *how, const Document *document, const Samrena *arena) {
    uint64_t lines = 0, words = 0, digest = 14695981039346656037U;
    for (const Line *line = document->first; line; line = line->next, lines++)
        for (uint64_t i = 0; i < line->word_count; i++, words++)
            for (const char *byte = line->words[i]; *byte; byte++)
                digest = (digest ^ (unsigned char)*byte) * 1099511628211U;
    printf("%-14s %" PRIu64 " lines, %" PRIu64 " words, digest %016" PRIx64 ", %.1f MiB\n", how, lines, words, digest,
           (double)samrena_allocated(arena) / 0x1p20);
    return digest;
}

int main(int argc, char **argv) {
    uint64_t size;
    int threads = argc > 2 ? atoi(argv[2]) : 4;
    bool help = argc == 2 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0);
    if (help || argc > 3 || threads < 1 || threads > MOST_THREADS) {
        fprintf(help ? stdout : stderr, "usage: parallel [FILE [THREADS]], 1 to %d threads\n", MOST_THREADS);
        return help ? 0 : 2;
    }
    char *text = argc > 1 ? read_file(argv[1], &size) : make_up(&size);
    Samrena *one = must(samrena_create(NULL)), *tree = must(samrena_create(NULL));
    Document alone = parse(one, text, text + size);
    Document together = parse_in_parallel(tree, text, size, threads);
    free(text); /* the trees have copies */
    bool same = describe("one thread:", &alone, one) == describe("spliced:", &together, tree);
    samrena_destroy(one);
    samrena_destroy(tree); /* with all that the threads made */
    printf(same ? "the same tree\n" : "THE TREES DIFFER\n");
    return same ? 0 : 1;
}
