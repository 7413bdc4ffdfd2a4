namespace SuRnnStream;

/// <summary>Takes text of a sensor.</summary>
/// <param name="text">A line, or a message of any number of lines.</param>
/// <param name="whole">False: the text may lack its beginning.</param>
delegate void SensorTextTaker(string text, bool whole);

/// <summary>A way to a sensor. It is made and breaks, any number of times.</summary>
interface ISensorLink
{
    /// <summary>The sensor, as the user named it.</summary>
    string Name { get; }

    /// <summary>
    /// Connects, calls <paramref name="connected"/>, and hands over what comes, one text after the other. Ends, with an IOException that says
    /// why, where the link breaks; what <paramref name="take"/> throws, it throws.
    /// </summary>
    Task RunAsync(Action connected, SensorTextTaker take, TimeSpan connectTimeout, CancellationToken stop);
}
