// Reads a list of mails (HTML, as JSON) and writes per feature which mail programs leave it out.
import { caniemail } from 'caniemail';
import { text } from 'node:stream/consumers';

// What people here read their mail with. Thunderbird on Windows is missing from the data.
const clients = [
  'apple-mail.*',
  'gmail.*',
  'outlook.*',
  'protonmail.*',
  'samsung-email.*',
  'thunderbird.macos',
  'yahoo.*',
];

const dropped = {};
for (const html of JSON.parse(await text(process.stdin))) {
  const { errors } = caniemail({ clients, html }).issues;
  for (const [client, issues] of errors) {
    for (const { title } of issues) {
      (dropped[title] ??= new Set()).add(client);
    }
  }
}
process.stdout.write(
  JSON.stringify(dropped, (_key, value) => (value instanceof Set ? [...value].sort() : value)),
);
