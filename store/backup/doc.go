// Package backup makes, keeps, checks and reads backups of the store and of the copies of files beside it.
//
// It owns the format of a backup, the folder of nightly backups and which of them are kept. It knows neither settings
// nor texts. It may import store, twinning, filippo.io/age and klauspost/compress.
//
// A backup is one file, ".ketnghia.zst", or ".ketnghia.zst.age" when it is encrypted: a tar stream in zstd in age,
// made and read in one pass with bounded memory. Its entries, in this order and nothing else:
//
//	manifest.json             what follows: format, schema, moment, size and SHA-256 of the database, number of copies
//	ketnghia.db               one consistent snapshot of the database
//	files/<2>/<sha256><.ext>  the copies of files, named by their SHA-256, in a backup that holds them
//	end.json                  how many copies there were and which could not be read; without it the file was cut off
//
// Who reads one refuses whatever differs from that: another name or order, a size that is not the stated one, a hash
// that differs, a byte after the end. So neither a file that was cut or changed nor one that was made to fill the disk
// gets far. Nobody is protected from whoever can write an unencrypted backup: its hashes can be made anew.
//
// What a backup that was made was checked for: the snapshot was opened and read whole before it was packed (engine check
// and schema); after it was written the file was read from the disk again and has the hash of what was written, and
// begins as such a file does. That it can be decrypted and opened is checked only where the identity is at hand, which a
// server had better not be; "ketnghia restore --check" does it elsewhere.
//
// The folder of nightly backups (Shelf) holds
//
//	ketnghia-20270226T013000.ketnghia.zst.age  a backup without copies, named by the programme's local time
//	files/<2>/<sha256><.ext>[.age]             the copies of files, each content once, encrypted one by one
//	.new-…                                     what a crash left of one that was not whole, worth nothing
//
// since gigabytes of files that never change need not be copied every night. A backup gets its name when it is whole,
// checked and on disk. Copies are never removed, since no record of them ever is. Their names tell the SHA-256 of the
// content to whoever can list the folder.
package backup
