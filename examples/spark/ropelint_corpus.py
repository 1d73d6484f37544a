"""Checks a corpus of source texts with ropelint on Spark: `spark-submit ropelint_corpus.py --input CORPUS --output FOLDER`.

CORPUS is JSON lines {"path": ..., "text": ...}, or Parquet with two such columns. Equal texts are checked once. They are dealt out to
buckets by their digests, and each bucket becomes one file of findings, named after all that decides what is in it: its texts, the
release of ropelint, its flags. A file appears when it is complete, and one that is there is not made again. So a run that was cut off
goes on where it stopped, a second one does nothing, and a corpus that has grown costs its new buckets only.
"""

import argparse
import collections
import contextlib
import glob
import hashlib
import itertools
import json
import os
import select
import subprocess
import sys
import time
import uuid

PATH_OF_CORRUPT = "-"


def main():
    args = read_arguments()
    from pyspark.sql import SparkSession

    flags = ["--exit-zero", "--isolated", *args.flag]
    os.makedirs(args.output, exist_ok=True)
    # What a run that was killed had begun. Two runs at a time want two folders.
    for left in glob.glob(os.path.join(glob.escape(args.output), "*.partial")):
        os.remove(left)
    spark = SparkSession.builder.appName("ropelint").getOrCreate()
    try:
        version = spark.sparkContext.parallelize([args.command], 1).map(version_of).first()
        records = read_records(spark, args)
        names = name_buckets(records, [version, *flags])
        todo = {bucket: name for bucket, name in names.items() if not is_there(args.output, name)}
        say(f"{len(names)} buckets, {len(names) - len(todo)} of them from earlier runs")
        job = Job(args.command, flags, version, args.output, args.timeout, todo)
        counts = check_buckets(records, job) if todo else collections.Counter()
        paths = write_paths(records, args.output, names)
    finally:
        spark.stop()
    for name in names.values():
        if not is_there(args.output, name):
            fail(f"{name} was written, and is not in {args.output}", "give a folder that all machines share")
    manifest = {"version": version, "flags": flags, "paths": paths, "findings": sorted(names.values())}
    with whole_file(os.path.join(args.output, "manifest.json")) as out:
        out.write(json.dumps(manifest, indent=2).encode() + b"\n")
    say(f"{counts['texts']} texts checked, {counts['findings']} findings, {counts['failed']} texts given up")


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", required=True, help="JSON lines, or Parquet where its name ends so")
    parser.add_argument("--output", required=True, help="a folder that the driver and all executors share")
    parser.add_argument("--path-column", default="path")
    parser.add_argument("--text-column", default="text")
    parser.add_argument("--buckets", type=int, default=256, help="how many files of findings; the same for every run")
    parser.add_argument("--command", default="ropelint", help="the program, as executors find it")
    parser.add_argument("--flag", action="append", default=[], help="for ropelint, as in --flag=--severity=note")
    parser.add_argument("--timeout", type=float, default=120, help="seconds that one text may take")
    args = parser.parse_args()
    if args.buckets < 1:
        parser.error("--buckets: at least 1")
    return args


# What there is to check


def read_records(spark, args):
    """Rows of (digest, bucket, path, line): a line is a record for ropelint, its digest the record's id."""
    from pyspark.sql import functions as f

    path, text = args.path_column, args.text_column
    if args.input.rstrip("/").endswith(".parquet"):
        rows = spark.read.parquet(args.input).withColumn("_corrupt", f.lit(None).cast("string"))
    else:
        schema = f"`{path}` STRING, `{text}` STRING, _corrupt STRING"
        rows = spark.read.schema(schema).option("columnNameOfCorruptRecord", "_corrupt").json(args.input)
    rows = rows.select(f.col(path).alias("path"), f.col(text).alias("text"), "_corrupt")
    # The language of a text is a part of it: the same text may be Python and no JavaScript.
    suffix = f.regexp_extract("path", r"(\.\w+)$", 1)
    content = f.to_json(f.struct(suffix.alias("suffix"), "text", "_corrupt"))
    rows = rows.withColumn("digest", f.sha2(content, 256))
    bucket = f.conv(f.substring("digest", 1, 12), 16, 10).cast("long") % args.buckets
    line = f.to_json(f.struct("path", "text", f.col("digest").alias("id")), {"ignoreNullFields": "false"})
    # What is no record goes to ropelint as it is, which says what is wrong with it.
    line = f.when(f.col("_corrupt").isNull(), line).otherwise(f.regexp_replace("_corrupt", r"[\r\n]", " "))
    path = f.coalesce("path", f.lit(PATH_OF_CORRUPT))
    return rows.select("digest", bucket.cast("int").alias("bucket"), path.alias("path"), line.alias("line"))


def name_buckets(records, salt):
    """The file of each bucket that has texts. Only digests travel for this."""

    def name(digests):
        total = hashlib.sha256(json.dumps(salt).encode())
        for digest in sorted(digests):
            total.update(digest.encode())
        return total.hexdigest()[:16]

    digests = records.select("bucket", "digest").distinct().rdd.map(tuple)
    named = digests.groupByKey().mapValues(name).collect()
    return {bucket: f"findings-{bucket:05}-{name}.jsonl" for bucket, name in sorted(named)}


# Checking


Job = collections.namedtuple("Job", "command flags version output timeout todo")


def check_buckets(records, job):
    """Each distinct text once, under the first of its paths, in the order of the digests."""
    from pyspark.sql import functions as f

    wanted = records.where(f.col("bucket").isin(list(job.todo)))
    first = wanted.groupBy("bucket", "digest").agg(f.min(f.struct("path", "line")).alias("first"))
    rows = first.select("bucket", "digest", "first.path", "first.line")
    dealt = rows.repartition(len(job.todo), "bucket").sortWithinPartitions("bucket", "digest")
    return sum(dealt.rdd.mapPartitions(lambda part: check_part(part, job)).collect(), collections.Counter())


def check_part(rows, job):
    """On an executor: one ropelint for all buckets of this part."""
    if version_of(job.command) != job.version:
        fail(f"{version_of(job.command)} here, {job.version} elsewhere", "install one release on all machines")
    with Ropelint(job) as ropelint:
        for bucket, texts in itertools.groupby(rows, lambda row: row.bucket):
            # Spark may do a part again that was cut off.
            if not is_there(job.output, job.todo[bucket]):
                yield check_bucket(texts, ropelint, os.path.join(job.output, job.todo[bucket]))


def check_bucket(texts, ropelint, target):
    """One bucket, one file, which appears when it is complete."""
    counts = collections.Counter()
    with whole_file(target) as out:
        for _, digest, path, line in texts:
            answer = ropelint.check(digest, path, line)
            out.writelines(answer.lines)
            counts.update(texts=1, findings=len(answer.lines) - answer.failed, failed=answer.failed)
    return counts


Answer = collections.namedtuple("Answer", "lines failed")


class Died(Exception):
    pass


class Ropelint:
    """A `ropelint check --stdin-records` that outlives its process: a text that it dies of is tried once more, then given up."""

    MOST_IN_A_ROW = 20

    def __init__(self, job):
        self.command = [job.command, "check", "--stdin-records", "--acknowledge", *job.flags]
        self.timeout = job.timeout
        self.child = None
        self.in_a_row = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def check(self, digest, path, line):
        reason = ""
        for _ in range(2):
            try:
                said = self.ask(line.encode() + b"\n")
                answer = Answer([as_line({**each, "id": digest}) for each in said], 0)
                self.in_a_row = 0
                return answer
            except Died as death:
                reason = str(death)
        self.in_a_row += 1
        if self.in_a_row == self.MOST_IN_A_ROW:
            fail(f"{self.in_a_row} texts in a row were given up; the last one: {reason}", "see what ropelint wrote to standard error")
        message = f"ropelint {reason} on this text, twice; it was given up"
        failure = {"code": "internal-error", "severity": "error", "filename": path, "message": message, "id": digest}
        return Answer([as_line(failure)], 1)

    def ask(self, line):
        """What is found in one record: up to the line that acknowledges it."""
        if self.child is None:
            self.buffer = b""
            self.child = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self.child.stdin.write(line)
            self.child.stdin.flush()
            found = []
            deadline = time.monotonic() + self.timeout
            while True:
                said = json.loads(self.read_line(deadline))
                # A record's number is its place in one process; its id stays what it is.
                said.pop("record", None)
                if "acknowledged" in said:
                    return found
                found.append(said)
        except TimeoutError:
            self.child.kill()
            self.end()
            raise Died(f"took longer than {self.timeout:g} s") from None
        except (OSError, EOFError):
            raise Died(f"ended ({self.end()})") from None

    def read_line(self, deadline):
        stdout = self.child.stdout.fileno()
        while b"\n" not in self.buffer:
            if not select.select([stdout], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError
            part = os.read(stdout, 65536)
            if part == b"":
                raise EOFError
            self.buffer += part
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def end(self):
        """Lets the process go, whatever it is doing, and says how it ended."""
        child, self.child = self.child, None
        if child is None:
            return ""
        try:
            child.stdin.close()
            child.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            child.kill()
            child.wait()
        child.stdout.close()
        return f"status {child.returncode}" if child.returncode >= 0 else f"signal {-child.returncode}"


def as_line(finding):
    return json.dumps(finding, ensure_ascii=False).encode() + b"\n"


# Around it


def version_of(command):
    try:
        return subprocess.run([command, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        fail(f"{command} can't be run: {error}", "pip install ropelint where the executors run, or give --command")


def write_paths(records, output, names):
    """Which paths have which text: findings speak of the first path, and have the digest as their id."""
    corpus = hashlib.sha256("".join(names.values()).encode()).hexdigest()[:16]
    name = f"paths-{corpus}"
    if not is_there(output, os.path.join(name, "_SUCCESS")):
        place = "file://" + os.path.abspath(os.path.join(output, name))
        records.select("digest", "path").distinct().orderBy("digest", "path").write.mode("overwrite").json(place)
    return name


def is_there(folder, name):
    return os.path.exists(os.path.join(folder, name))


@contextlib.contextmanager
def whole_file(target):
    """A file that is there as a whole or not at all."""
    partial = f"{target}.{uuid.uuid4().hex}.partial"
    try:
        with open(partial, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(partial, target)
    finally:
        if os.path.exists(partial):
            os.remove(partial)


def say(text):
    print(f"ropelint on Spark: {text}", file=sys.stderr, flush=True)


def fail(problem, remedy):
    raise RuntimeError(f"ropelint on Spark: {problem}; {remedy}")


if __name__ == "__main__":
    main()
