/* leat: pkg:sqlite3
 *
 * One connection, opened by one node, used by several, closed after the last. */
#include <leat/node.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

/* SQLite guards a connection itself: its readers may come all at once. */
LEAT_TYPE(sqlite3, free(sqlite3_close), shared);

struct sale { char day[11]; char item[16]; int pieces; double price; };
struct sales { const struct sale *data; size_t len; };

static bool insert(sqlite3_stmt *to, const struct sale *sale)
{
    sqlite3_bind_text(to, 1, sale->day, -1, SQLITE_STATIC);
    sqlite3_bind_text(to, 2, sale->item, -1, SQLITE_STATIC);
    sqlite3_bind_int(to, 3, sale->pieces);
    sqlite3_bind_double(to, 4, sale->price);
    int code = sqlite3_step(to);
    sqlite3_reset(to);
    return code == SQLITE_DONE;
}

/* A database of the sales, in memory. */
sqlite3 *shop(struct sales sales)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *to = NULL;
    const char *table = "CREATE TABLE sale (day TEXT, item TEXT, pieces INTEGER, price REAL)";
    bool good = sqlite3_open(":memory:", &db) == SQLITE_OK && sqlite3_exec(db, table, NULL, NULL, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(db, "INSERT INTO sale VALUES (?, ?, ?, ?)", -1, &to, NULL) == SQLITE_OK;
    for (size_t i = 0; good && i < sales.len; i++)
        good = insert(to, &sales.data[i]);
    if (!good)
        leat_fail("%s", sqlite3_errmsg(db));
    sqlite3_finalize(to);
    if (good)
        return db;
    sqlite3_close(db);      /* a node that fails hands nothing over */
    return NULL;
}

/* The number that a query gives; word stands for its `?`. */
static double ask(sqlite3 *db, const char *query, const char *word)
{
    sqlite3_stmt *s = NULL;
    double answer = 0;
    if (sqlite3_prepare_v2(db, query, -1, &s, NULL) == SQLITE_OK) {
        if (word)
            sqlite3_bind_text(s, 1, word, -1, SQLITE_STATIC);
        if (sqlite3_step(s) == SQLITE_ROW)
            answer = sqlite3_column_double(s, 0);
    } else {
        leat_fail("%s", sqlite3_errmsg(db));
    }
    sqlite3_finalize(s);
    return answer;
}

double turnover(sqlite3 *shop) { return ask(shop, "SELECT sum(pieces * price) FROM sale", NULL); }
int days(sqlite3 *shop) { return (int)ask(shop, "SELECT count(DISTINCT day) FROM sale", NULL); }
int sold(sqlite3 *shop, const char *item)
{
    return (int)ask(shop, "SELECT sum(pieces) FROM sale WHERE item = ?", item);
}
double per_day(double turnover, int days) { return days ? turnover / days : 0; }
