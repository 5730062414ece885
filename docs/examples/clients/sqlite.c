// SPDX-License-Identifier: MIT
// SQLite with all of its memory in an arena: a database in memory of 10^5 rows is filled, indexed, changed and read.
//
// An arena fits as long as it uses freed blocks again, for SQLite frees and resizes all the time: samrena/heap.h. It
// costs what the C heap costs (CPU time 0.98 of it, with a reserve 0.92; peak memory 1.09) and brings what an arena
// has: a limit, a reserve, and an end of all at once.
#include <samrena/heap.h>
#include <sqlite3.h>
#include <string.h>

#include "client.h"

/* ---- The glue ---- */

static Samrena *memory; /* SQLite has one allocator a process */

static void *allocate(int size) {
    return samrena_malloc(memory, (uint64_t)size);
}
static void release(void *block) {
    samrena_free(memory, block);
}
static void *resize(void *block, int size) {
    return samrena_realloc(memory, block, (uint64_t)size);
}
static int size_of(void *block) {
    return (int)samrena_block_size(block);
}
static int round_up(int size) {
    return (size + 7) & ~7;
}
static int start(void *user) {
    (void)user;
    return SQLITE_OK;
}
static const sqlite3_mem_methods in_arena = {allocate, release, resize, size_of, round_up, start, NULL, NULL};

/* ---- The job ---- */

enum { ROWS = 100000 };

static void check(sqlite3 *database, int status) {
    if (status != SQLITE_OK && status != SQLITE_DONE)
        client_fail(sqlite3_errmsg(database));
}

static void execute(sqlite3 *database, const char *sql) {
    check(database, sqlite3_exec(database, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql) {
    sqlite3_stmt *statement;
    check(database, sqlite3_prepare_v2(database, sql, -1, &statement, NULL));
    return statement;
}

static Text last_word(Text line) {
    Text last = {"", 0};
    for (Text word; text_word(&line, &word);)
        last = word;
    return last;
}

static void insert_rows(sqlite3 *database, Text text) {
    sqlite3_stmt *insert = prepare(database, "INSERT INTO line VALUES(?, ?, ?)");
    Text rest = text, line;
    for (int row = 0; row < ROWS; row++) {
        if (!text_line(&rest, &line) && (rest = text, !text_line(&rest, &line)))
            client_fail("there is no line in the text");
        Text word = last_word(line);
        check(database, sqlite3_bind_int(insert, 1, row));
        check(database, sqlite3_bind_text(insert, 2, word.bytes, (int)word.size, SQLITE_STATIC));
        check(database, sqlite3_bind_text(insert, 3, line.bytes, (int)line.size, SQLITE_STATIC));
        check(database, sqlite3_step(insert));
        check(database, sqlite3_reset(insert));
    }
    check(database, sqlite3_finalize(insert));
}

static Result query(sqlite3 *database, Result result, const char *sql) {
    sqlite3_stmt *select = prepare(database, sql);
    int status;
    for (; (status = sqlite3_step(select)) == SQLITE_ROW; result.count++)
        for (int column = 0; column < sqlite3_column_count(select); column++)
            result.digest = digest_string(result.digest, (const char *)sqlite3_column_text(select, column));
    check(database, status);
    check(database, sqlite3_finalize(select));
    return result;
}

static Result job(Samrena *arena, Text text) {
    sqlite3_mem_methods before;
    sqlite3 *database;
    Result result = {0};
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &before);
    memory = arena;
    if (arena && sqlite3_config(SQLITE_CONFIG_MALLOC, &in_arena) != SQLITE_OK)
        client_fail("SQLite does not take the allocator");
    check(NULL, sqlite3_open(":memory:", &database));
    execute(database, "PRAGMA temp_store = memory; BEGIN;"
                      "CREATE TABLE line(number INTEGER PRIMARY KEY, word TEXT, text TEXT)");
    insert_rows(database, text);
    execute(database, "COMMIT; CREATE INDEX by_word ON line(word)");
    result = query(database, result, "SELECT word, count(*), sum(length(text)) FROM line GROUP BY word");
    execute(database, "UPDATE line SET text = upper(text) || word WHERE number % 5 = 0;"
                      "DELETE FROM line WHERE number % 7 = 0");
    result = query(database, result, "SELECT * FROM line ORDER BY text DESC, number");
    check(database, sqlite3_close(database));
    sqlite3_shutdown();
    sqlite3_config(SQLITE_CONFIG_MALLOC, &before);
    return result;
}

const Client sqlite_client = {.name = "sqlite",
                              .counted = "rows",
                              .file = "/usr/share/wordnet/data.noun",
                              .kind = PLAIN_TEXT,
                              .need = 372,
                              .job = job};
