using System.Diagnostics;
using System.Globalization;

namespace SuRnnStream.Training;

/// <summary>Lines on the console that tell how a long command goes on, each with a time before it.</summary>
static class TimedLines
{
    /// <summary>After the seconds since the command began.</summary>
    public static void Say(Stopwatch clock, FormattableString what) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,6:0} s  {what.ToString(CultureInfo.InvariantCulture)}"));

    /// <summary>After the time of day.</summary>
    public static void Say(string line) => Console.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line}");
}
