using System.Text.Json;

namespace SuRnnStream.Wyoming;

/// <summary>A word that clients may ask for.</summary>
/// <param name="Name">By which they do: the label.</param>
/// <param name="Model">Index of the model that detects it.</param>
/// <param name="Description">For people.</param>
sealed record WakeWord(string Name, int Model, string Description)
{
    /// <summary>What is said: "hey_jarvis" is "Hey Jarvis".</summary>
    public string Phrase => string.Join(' ', Name.Split(['_', ' '], StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}

/// <summary>The words of all models, and what is said about them to who asks.</summary>
sealed class WakeWords
{
    readonly List<WakeWord> _words = [];
    readonly string[] _languages;

    /// <param name="models">With their files' names.</param>
    /// <param name="languages">Of the words; none: English.</param>
    /// <exception cref="ArgumentException">A model detects no sound, or takes another sample rate than the first.</exception>
    public WakeWords(IReadOnlyList<(string Path, SuRnnModel Model)> models, IEnumerable<string> languages)
    {
        _languages = [.. languages.DefaultIfEmpty("en")];
        foreach (var (i, (path, model)) in models.Index())
        {
            var rate = (model.Config.FrontEnd ?? throw new ArgumentException($"{path}: this model detects events of sensors, not of sound: name a model of words.")).SampleRate;
            if (i == 0) SampleRate = rate;
            if (rate != SampleRate) throw new ArgumentException($"{path}: this model takes {rate} Hz, but {models[0].Path} takes {SampleRate} Hz: serve it at another port.");
            foreach (var label in model.Config.Labels.Except(model.Config.Background))
                if (Find(label) is null) _words.Add(new WakeWord(label, i, $"'{label}', by {Path.GetFileName(path)}"));
        }
    }

    public int SampleRate { get; }

    public IReadOnlyList<WakeWord> All => _words;

    public WakeWord? Find(string name) => _words.FirstOrDefault(word => string.Equals(word.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The data of an <c>info</c> event, with every member that the protocol requires.</summary>
    public void WriteInfo(Utf8JsonWriter json)
    {
        foreach (var kind in (ReadOnlySpan<string>)["asr", "tts", "handle", "intent", "mic", "snd"])
        {
            json.WriteStartArray(kind);
            json.WriteEndArray();
        }
        json.WriteStartArray("wake");
        json.WriteStartObject();
        WriteArtifact(json, "surnn", "Wake words by a selective-update RNN");
        json.WriteStartArray("models");
        foreach (var word in _words)
        {
            json.WriteStartObject();
            WriteArtifact(json, word.Name, word.Description);
            json.WriteString("phrase", word.Phrase);
            json.WriteStartArray("languages");
            foreach (var language in _languages) json.WriteStringValue(language);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    static void WriteArtifact(Utf8JsonWriter json, string name, string description)
    {
        json.WriteString("name", name);
        json.WriteStartObject("attribution");
        json.WriteString("name", "SuRnnStream");
        json.WriteString("url", "");
        json.WriteEndObject();
        json.WriteBoolean("installed", true);
        json.WriteString("description", description);
        json.WriteString("version", typeof(WakeWords).Assembly.GetName().Version!.ToString(3));
    }
}
