using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SuRnnStream.Tests.Pipeline;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Sensors;

/// <summary>One table of files, read by all that read tables: CSV files, live sensors and the page. TABLES.md says the rule.</summary>
public sealed class TableRuleTest
{
    static readonly SensorFrontEndConfig Sensor = new() { Channels = [new() { Name = "acc x", Unit = "m/s2" }, new() { Name = "t in", Unit = "degC" }], SampleRate = 100 };
    const string N = "NaN";

    /// <summary>A text, its moments (first channel, "!N" after N lost moments before it), or a part of the error; what is told.</summary>
    static readonly (string Text, string[] Moments, string? Error, string? Told)[] Rule =
    [
        ("time,acc x,t in\n0,1,0\n0.01,2,0\n0.05,3,0\n", ["1", "2", "!3", "3"], null, null),
        ("time_ms,acc x,t in\n0,1,0\n10,2,0\n50,3,0\n", ["1", "2", "!3", "3"], null, null),
        ("time_s,acc x,t in\n0,1,0\n0.01,2,0\n0.05,3,0\n", ["1", "2", "!3", "3"], null, null),
        ("time [MS],acc x,t in\n0,1,0\n10,2,0\n50,3,0\n", ["1", "2", "!3", "3"], null, null),
        ("time [us],acc x,t in\n0,1,0\n10000,2,0\n50000,3,0\n", ["1", "2", "!3", "3"], null, null),
        ("Time (\u00B5s),acc x,t in\n0,1,0\n10000,2,0\n50000,3,0\n", ["1", "2", "!3", "3"], null, null),
        ("timestamp_ns,acc x,t in\n0,1,0\n10000000,2,0\n50000000,3,0\n", ["1", "2", "!3", "3"], null, null),
        ("timestamp_ms,acc x,t in\n0,1,0\n10,2,0\n50,3,0\n", ["1", "2", "!3", "3"], null, null),
        ("seconds_elapsed,acc x,t in\n0,1,0\n.01,2,0\n.05,3,0\n", ["1", "2", "!3", "3"], null, null),
        ("time,acc x,t in\n1700000000000,1,0\n1700000000010,2,0\n1700000000050,3,0\n", ["1", "2", "!3", "3"], null, null), // ms since 1970
        ("time,seconds_elapsed,acc x,t in\n1700000000000000000,9,1,0\n1700000000010000000,9,2,0\n1700000000050000000,9,3,0\n", ["1", "2", "!3", "3"], null, null), // ns
        ("timestamp,acc x,t in\n" + string.Concat(Enumerable.Range(0, 17).Select(i => $"{10 * i},1,0\n")), [], "in ms, name the column time [ms]", null),
        ("time_ms,acc x,t in\n" + string.Concat(Enumerable.Range(0, 17).Select(i => FormattableString.Invariant($"{0.01 * i},1,0\n"))), [], "in s, name the column time [s]", null),
        ("millis,acc x,t in\n0,1,0\n10,2,0\n50,3,0\n", ["1", "2", "!3", "3"], null, null),
        ("datetime,acc x,t in\n2024-05-01T10:00:00.000000,1,0\n2024-05-01 10:00:00.01,2,0\n2024-05-01T11:00:00.05+01:00,3,0\n", ["1", "2", "!3", "3"], null, null),
        ("date;time;acc x;t in\n1;0;1;0\n1;0,01;2;0\n1;0,05;3;0\n", ["1", "2", "!3", "3"], null, null), // of two names the first of the rule
        ("time,acc x,t in\n0,1,0\n,2,0\n0.02,3,0\n0.06,4,0\n", ["1", "2", "3", "!3", "4"], null, null), // a time that is missing is a period later
        ("time,acc x,t in\n0,1,0\nN/A,2,0\n0.02,3,0\n", ["1", "2", "3"], null, null),
        ("time,acc x,t in\n0,1,0\n0.01,2,0\n0.01,9,0\n0.02,3,0\n", ["1", "2", "3"], null, "stands still or goes back"),
        ("time,acc x,t in\n0,1,0\n0.01,2,0\n0.005,9,0\n0.02,3,0\n", ["1", "2", "3"], null, "stands still or goes back"),
        ("captured_time_x,acc x,t in\n0,1,0\n1,2,0\n", ["1", "2"], null, "looks like a time"),
        ("acc x [m/s^2],t in [\u00B0C]\n1,0\n2,0\n", ["1", "2"], null, null),
        ("acc x [m/s\u00B2],t in (C)\n1,0\n2,0\n", ["1", "2"], null, null),
        ("acc x [m s-2],t in (celsius)\n1,0\n2,0\n", ["1", "2"], null, null),
        ("acc x (m/s/s),t in\n1,0\n2,0\n", ["1", "2"], null, null),
        ("\uFEFFsep=;\n# written by a logger\n\nacc x;t in\n1,5;0\n# pause\n-2,5e1;0\n", ["1.5", "-25"], null, null),
        ("acc x\tt in\r\n1,5\t0\r\n2.5\t0\r\n", ["1.5", "2.5"], null, null),
        ("acc x,\"a, b\",t in\n\"1\",\"c, d\",0\n2,,0\n", ["1", "2"], null, null),
        ("acc x,t in\nNULL,0\nNone,0\nN/A,0\ninf,0\n-Infinity,0\n1e999,0\n,0\n#N/A,0\nnil,0\n7,0\n", [N, N, N, N, N, N, N, N, "7"], null, null), // #N/A begins a comment
        ("acc x,t in\n1,0\nabc,0\n", [], "abc", null),
        ("acc x,t in\n1,0\n0x10,0\n", [], "0x10", null),
        ("acc x,t in\n1,0\n1 000,0\n", [], "1 000", null),
        ("time,acc x,t in\n0,1,0\n01-05-2024 10:00:00,2,0\n", [], "is no time", null),
        ("time,acc x,t in\n0,1,0\n05/01/2024,2,0\n", [], "is no time", null),
        ("time,acc x,t in\n0,1,0\n2024-02-30T10:00:00Z,2,0\n", [], "is no time", null),
        ("time_ms [s],acc x,t in\n0,1,0\n", [], "time is in", null),
        ("time [h],acc x,t in\n0,1,0\n", [], "time is in", null),
        ("acc x [V],t in\n1,0\n", [], "is in V", null),
        ("acc x [hPa],t in\n1,0\n", [], "is in hPa", null),
        ("acc x [furlong],t in\n1,0\n", [], "is in furlong", null),
        ("acc x [cm/s2],t in [\u00B0F]\n123.4,32\n-0.1,212\n", ["1.234", "-0.001"], null, null),
        ("acc x [g],t in [K]\n1,273.15\n-2,0\n", ["9.80665", "-19.6133"], null, null),
        ("acc x (mg),t in (\u2109)\n1000,32\nNaN,32\n1e45,32\n", ["9.80665", N, N], null, null),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Rule.Length)];

    [Theory, MemberData(nameof(Cases))]
    public void File_IsReadByTheRule(int number)
    {
        var (text, moments, error, told) = Rule[number];
        if (error is not null)
        {
            Assert.Contains(error, Assert.Throws<InvalidSensorDataException>(() => ReadAll(new CsvSource(new StringReader(text), "a.csv", Sensor))).Message);
            return;
        }
        var source = new CsvSource(new StringReader(text), "a.csv", Sensor);
        Assert.Equal(moments, ReadAll(source));
        if (told is null) Assert.Equal((null, null), (source.Damage, source.Remark));
        else Assert.Contains(told, $"{source.Damage}{source.Remark}");
    }

    [Theory, MemberData(nameof(Cases))]
    public void LiveSensor_IsReadByTheRule(int number)
    {
        var (text, moments, error, _) = Rule[number];
        var (time, queue, said) = (new ManualTime(), new PushSource(Sensor.SampleRate, 2, 1_000), new List<string>());
        var intake = new SensorIntake("test", Sensor, new LiveSensorOptions { Time = time }.Validate(), queue, said.Add);
        try
        {
            intake.Take(text.TrimStart('\uFEFF'), whole: true);
        }
        catch (UnusableSensorException unusable)
        {
            said.Add(unusable.Reason.Message);
        }
        if (error is not null) Assert.Contains(said, line => line.Contains(error));
        else
        {
            intake.End();
            queue.Complete();
            Assert.Equal(moments, ReadAll(queue));
        }
    }

    /// <summary>table.js, in Node where that is installed.</summary>
    [Fact]
    public async Task Page_ReadsByTheRule()
    {
        var node = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "node")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(node is null, "node is not installed: apt-get install nodejs.");
        var script = """
            const { decodeTable } = await import(process.argv[1]);
            let all = "";
            for await (const piece of process.stdin) all += piece;
            const model = { rate: 100, channels: [{ name: "acc x", unit: "m/s2" }, { name: "t in", unit: "degC" }] };
            const read = (text) => {
              try {
                const { samples, gaps, notes } = decodeTable(text, model);
                return { samples: [...samples].map(String), gaps, notes: notes.join() };
              } catch (error) {
                return { error: error.message };
              }
            };
            process.stdout.write(JSON.stringify(JSON.parse(all).map(read)));
            """;
        var start = new ProcessStartInfo(node, ["--input-type=module", "-e", script, "--", new Uri(Repository.File("src", "SuRnnStream.Server", "wwwroot", "table.js")).AbsoluteUri]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(Rule.Select(one => one.Text)));
        process.StandardInput.Close();
        var answers = JsonElement.Parse(await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).EnumerateArray().ToArray();
        Assert.Equal(Rule.Length, answers.Length);
        foreach (var ((text, moments, error, told), answer) in Rule.Zip(answers))
        {
            if (error is not null)
            {
                Assert.Contains(error, answer.TryGetProperty("error", out var message) ? message.GetString() : $"no error for {text}");
                continue;
            }
            Assert.False(answer.TryGetProperty("error", out var wrong), $"{wrong} for {text}");
            var gaps = answer.GetProperty("gaps").EnumerateArray().ToDictionary(gap => gap.GetProperty("at").GetInt32(), gap => gap.GetProperty("lost").GetInt32());
            var read = new List<string>();
            foreach (var (sample, i) in answer.GetProperty("samples").EnumerateArray().Select((sample, i) => (sample.GetString()!, i)))
            {
                if (gaps.TryGetValue(i, out var lost)) read.Add($"!{lost / 2}");
                if (i % 2 == 0) read.Add(((float)double.Parse(sample, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture)); // JavaScript prints a float's double
            }
            Assert.Equal(moments, read);
            Assert.Contains(told ?? "", answer.GetProperty("notes").GetString());
            if (told is null) Assert.Equal("", answer.GetProperty("notes").GetString());
        }
    }

    /// <summary>The first channel, and before a gap how many moments it holds.</summary>
    static List<string> ReadAll(ILossySource source)
    {
        var (read, samples, lost) = (new List<string>(), new float[2], 0L);
        while (source.Read(samples) > 0)
        {
            if (source.SamplesLost > lost) read.Add($"!{(source.SamplesLost - lost) / 2}");
            lost = source.SamplesLost;
            read.Add(samples[0].ToString(CultureInfo.InvariantCulture));
        }
        return read;
    }
}
