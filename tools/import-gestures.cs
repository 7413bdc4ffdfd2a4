// Makes tables that fit-events reads of the magic wand's recordings (jewang/gesture-demo, Apache-2.0).
//
//   dotnet run tools/import-gestures.cs -- SOURCE OUT
//
// SOURCE holds the folders wingardium, flippendo, negative and test, and trim_ms.csv. OUT/recordings gets the first three, OUT/test the last: of
// each recording NAME.csv (time and six channels, 100 Hz) and NAME.labels.csv (time,label: where its gesture ends; of negatives no line). A
// recording whose gesture ends nobody knows when is left out and named. `olddesign` is another wand.
//
// The source's clock is irregular (7 to 22 ms in the traces, up to 0.12 s in the others): values are interpolated linearly at its times. Its gyro_degs columns are radians a second: the
// recorded gravity turns by them as it would at that unit, 57 times as fast as at the one in their name.

using System.Globalization;

const double Rate = 100; // Hz
string[] columns = ["accel_ms2_x", "accel_ms2_y", "accel_ms2_z", "gyro_degs_x", "gyro_degs_y", "gyro_degs_z"];
const string Header = "time [s],acc x [m/s2],acc y [m/s2],acc z [m/s2],gyro x [rad/s],gyro y [rad/s],gyro z [rad/s]";

// The test streams came without labels. These were read from plots of the channels and of the wand's path: which gesture, and about when it ends.
// In 5, 6 and 7 the wand is held turned by a quarter. 1 and 3 have none.
(string Name, double End, string Label)[] seen =
[
    ("test000", 14.65, "wingardium"), ("test002", 15.95, "flippendo"), ("test004", 6.35, "wingardium"),
    ("test005", 11.75, "flippendo"), ("test006", 3.15, "wingardium"), ("test007", 10.5, "flippendo"),
];

if (args is not [var source, var target])
{
    Console.Error.WriteLine("Usage: dotnet run tools/import-gestures.cs -- SOURCE OUT");
    return 1;
}
var ends = File.ReadLines(Path.Combine(source, "trim_ms.csv")).Skip(1).Select(line => line.Split(','))
    .ToDictionary(cells => cells[0], cells => double.TryParse(cells[1], CultureInfo.InvariantCulture, out var ms) ? ms / 1_000 : double.NaN);
var written = 0;
foreach (var gesture in new[] { "wingardium", "flippendo" })
{
    foreach (var file in Files(gesture))
    {
        var end = ends.GetValueOrDefault(Path.GetFileNameWithoutExtension(file), double.NaN);
        if (double.IsNaN(end)) Console.WriteLine($"left out: {file}, trim_ms.csv does not say when its gesture ends");
        else Convert(file, "recordings", [(end, gesture)]);
    }
}
foreach (var file in Files("negative")) Convert(file, "recordings", []);
foreach (var file in Files("test")) Convert(file, "test", [.. seen.Where(one => one.Name == Path.GetFileNameWithoutExtension(file)).Select(one => (one.End, one.Label))]);
Console.WriteLine($"{written} recordings in {target}");
return 0;

IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(Path.Combine(source, folder), "*.csv").Order(StringComparer.Ordinal);

void Convert(string file, string folder, (double End, string Label)[] labels)
{
    var lines = File.ReadAllLines(file);
    var header = lines[0].Split(',');
    int[] places = [.. columns.Select(column => Array.IndexOf(header, column))];
    var time = Array.IndexOf(header, "time_ms");
    var moments = lines.Skip(1).Select(line => Array.ConvertAll(line.Split(','), cell => double.Parse(cell, CultureInfo.InvariantCulture)))
        .Select(cells => (Time: cells[time] / 1_000, Values: Array.ConvertAll(places, place => cells[place]))).ToArray();
    Directory.CreateDirectory(Path.Combine(target, folder));
    var path = Path.Combine(target, folder, Path.GetFileName(file));
    using (var table = new StreamWriter(path) { NewLine = "\n" })
    {
        table.WriteLine(Header);
        for (int n = 0, behind = 1; n / Rate <= moments[^1].Time; n++)
        {
            var now = n / Rate;
            while (moments[behind].Time < now) behind++;
            var (before, after) = (moments[behind - 1], moments[behind]);
            var part = (now - before.Time) / (after.Time - before.Time);
            var values = before.Values.Zip(after.Values, (a, b) => a + part * (b - a));
            table.WriteLine(string.Join(',', values.Prepend(now).Select(value => value.ToString("0.####", CultureInfo.InvariantCulture))));
        }
    }
    File.WriteAllLines(Path.ChangeExtension(path, ".labels.csv"), labels.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.End:0.###},{one.Label}")).Prepend("time,label"));
    written++;
}
