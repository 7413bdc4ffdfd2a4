using System.Text;
using System.Text.Json;

namespace SuRnnStream;

/// <summary>Takes a moment of sensors.</summary>
/// <param name="moment">A value of each channel; valid during the call.</param>
/// <param name="seconds">When it was, by the sensor; NaN: it does not say.</param>
public delegate void MomentTaker(ReadOnlySpan<float> moment, double seconds);

/// <summary>Takes what is wrong with a moment, or with several that cannot be told apart.</summary>
/// <param name="wrong">The text, the place in it and what to do.</param>
/// <param name="moments">How many it was, one or more.</param>
public delegate void WrongMomentTaker(InvalidSensorDataException wrong, int moments);

/// <summary>
/// Text of a live sensor to moments. JSON: an object, a list of the channels' numbers, a list of such objects or lists, or one list with the
/// numbers of several moments one after another; one value or many. Else lines of numbers between commas, semicolons or tabs: the channels in
/// the model's order, with or without the time before them, or as the last header said. A moment that is malformed is reported, and those after it are read.
/// </summary>
public sealed class SensorText
{
    readonly string _name;
    readonly SensorFrontEndConfig _sensor;
    readonly JsonMoment _json;
    readonly float[] _moment;
    CsvTable? _named, _headless;
    long _texts;
    int _taken, _wrong;     // moments of this text
    int _moments = 1;       // of the last one that was whole

    /// <param name="name">What messages call the sensor.</param>
    /// <param name="sensor">The model's front end, whose channels are read.</param>
    public SensorText(string name, SensorFrontEndConfig sensor) =>
        (_name, _sensor, _json, _moment) = (name, sensor, new JsonMoment(sensor, Wrong), new float[sensor.Channels.Count]);

    /// <summary>Reads one text.</summary>
    /// <param name="text">One or more moments.</param>
    /// <param name="take">Takes those that can be read.</param>
    /// <param name="wrong">Told of those that cannot, each in its place among the others.</param>
    /// <exception cref="UnusableSensorException">The text's header is none for the model.</exception>
    public void Read(string text, MomentTaker take, WrongMomentTaker wrong)
    {
        _texts++;
        (_taken, _wrong) = (0, 0);
        MomentTaker count = (moment, seconds) =>
        {
            _taken++;
            take(moment, seconds);
        };
        WrongMomentTaker countWrong = (problem, moments) =>
        {
            _wrong += moments;
            wrong(problem, moments);
        };
        if (text.AsSpan().TrimStart() is ['{' or '[', ..]) ReadJson(text, count, countWrong);
        else ReadLines(text, count, countWrong);
        if (_wrong == 0 && _taken > 0) _moments = _taken;
    }

    /// <summary>Looks for a header in a text of which the beginning may be missing; all else counts for nothing.</summary>
    public void ReadCut(string text)
    {
        _texts++;
        try
        {
            if (CsvTable.NamesAChannel(text, _sensor)) _named = new CsvTable(text, _sensor, Wrong);
        }
        catch (InvalidSensorDataException)
        {
            // what is missing is not the sensor's fault
        }
    }

    void ReadLines(string text, MomentTaker take, WrongMomentTaker wrong)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
            if (!TableCell.IsSilent(line) && TableCell.SeparatorIn(line) is null) Guard(line.ToString(), static (self, line, take) => self.ReadLine(line, take), take, wrong);
    }

    /// <summary>Reads one moment, or tells what is wrong with it.</summary>
    void Guard<T>(T one, Action<SensorText, T, MomentTaker> read, MomentTaker take, WrongMomentTaker wrong)
    {
        try
        {
            read(this, one, take);
        }
        catch (InvalidSensorDataException problem)
        {
            wrong(problem, 1);
        }
    }

    void ReadLine(string line, MomentTaker take)
    {
        if (CsvTable.NamesAChannel(line, _sensor))
        {
            _named = Header(line);
            return;
        }
        double seconds;
        try
        {
            seconds = (_named ?? (_headless ??= CsvTable.Headless(line, _sensor, Wrong))).Read(line, _moment);
        }
        catch (InvalidSensorDataException) when (_named is null)
        {
            _headless = CsvTable.Headless(line, _sensor, Wrong); // there may be a time now, or none any more
            seconds = _headless.Read(line, _moment);
        }
        take(_moment, seconds);
    }

    CsvTable Header(string line)
    {
        try
        {
            return new CsvTable(line, _sensor, Wrong);
        }
        catch (InvalidSensorDataException reason)
        {
            throw new UnusableSensorException(reason);
        }
    }

    void ReadJson(string text, MomentTaker take, WrongMomentTaker wrong)
    {
        var (values, broken) = Parse(text);
        if (broken is not null && IsOneALine(text))
        {
            foreach (var line in text.AsSpan().EnumerateLines())
                if (!line.IsWhiteSpace()) ReadValues(line.ToString(), Parse(line.ToString()), 1, take, wrong);
        }
        else ReadValues(text, (values, broken), _moments, take, wrong);
    }

    /// <summary>The values of a text, one or many, up to where it is no JSON.</summary>
    static (List<JsonElement> Values, JsonException? Broken) Parse(string text)
    {
        var values = new List<JsonElement>();
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
            while (reader.Read()) values.Add(JsonElement.ParseValue(ref reader));
            return (values, null);
        }
        catch (JsonException broken)
        {
            return (values, broken);
        }
    }

    /// <summary>Several lines, each of them a value by its looks: then one that is broken leaves the others whole.</summary>
    static bool IsOneALine(string text)
    {
        var lines = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.IsWhiteSpace()) continue;
            if (line.Trim() is not (['{', _, ..] or ['[', _, ..])) return false; // an opening bracket alone begins a value of many lines
            lines++;
        }
        return lines > 1;
    }

    /// <param name="text">JSON.</param>
    /// <param name="parsed">What was found in it.</param>
    /// <param name="meant">Moments for which it counts where it is no JSON: how many were meant is unknown.</param>
    /// <param name="take">Takes moments.</param>
    /// <param name="wrong">Told of those that are malformed.</param>
    void ReadValues(string text, (List<JsonElement> Values, JsonException? Broken) parsed, int meant, MomentTaker take, WrongMomentTaker wrong)
    {
        var before = _taken + _wrong;
        foreach (var value in parsed.Values) ReadValue(value, take, wrong);
        if (parsed.Broken is not { } broken) return;
        var problem = Wrong($"this is no JSON ({broken.Message})", text.Contains("NaN") ? "write null where a value is missing" : _json.Remedy);
        wrong(problem, Math.Max(1, meant - (_taken + _wrong - before)));
    }

    void ReadValue(JsonElement json, MomentTaker take, WrongMomentTaker wrong)
    {
        if (json.ValueKind != JsonValueKind.Array) Take(json);
        else if (json.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Array or JsonValueKind.Object))
            foreach (var item in json.EnumerateArray()) Take(item);
        else ReadNumbers(json, take, wrong);

        void Take(JsonElement moment) => Guard(moment, static (self, moment, take) => take(self._moment, self._json.Read(moment, self._moment)), take, wrong);
    }

    void ReadNumbers(JsonElement list, MomentTaker take, WrongMomentTaker wrong)
    {
        var (count, channels) = (list.GetArrayLength(), _moment.Length);
        if (count == 0 || count % channels != 0)
        {
            wrong(Wrong($"there are {count} numbers, but the model takes {channels} channels", _json.Remedy), Math.Max(1, count / channels));
            return;
        }
        foreach (var moment in list.EnumerateArray().Chunk(channels))
            Guard(moment, static (self, moment, take) => self.ReadMoment(moment, take), take, wrong);
    }

    void ReadMoment(JsonElement[] values, MomentTaker take)
    {
        for (var channel = 0; channel < values.Length; channel++) _moment[channel] = _json.Number(values[channel], channel);
        take(_moment, double.NaN);
    }

    InvalidSensorDataException Wrong(string problem, string remedy) => new(_name, FormattableString.Invariant($"text {_texts}"), problem, remedy);
}
