/* What is noted secret is shown nowhere. */
#include <leat/node.h>
#include <stdlib.h>
#include <string.h>
struct account { const char *user; const char *key; };
int pin(int digits) { return digits * 7; }
int login(const char *password, int pin, const char *user, int fails)
{
    if (fails == 1)
        leat_fail("no such user");
    if (fails == 2)
        abort();
    return (int)strlen(password) + pin + (int)strlen(user);
}
LEAT_NODE(login, secret(password, pin));
int visits(const char *password, const char *user) { leat_fail("closed"); return (int)strlen(password) + *user; }
int key_length(const char *account__key) { return (int)strlen(account__key); }
LEAT_NODE(key_length, secret(account__key));
int greets(const struct account *account, const char *account__user) { leat_fail("busy"); return *account->key + *account__user; }
LEAT_NODE(robot, calls(login), bind(password = "hunter2", user = "robot", fails = 0), secret(password));
char *token(int digits) { return digits > 0 ? strdup("t0ken") : NULL; }
struct parts { char *first, *second; };
void split(const char *token, char **out_head, char **out_tail) { *out_head = strndup(token, 2); *out_tail = strdup(token + 2); }
LEAT_NODE(split, secret(out_tail));
