namespace SuRnnStream.Server.Tests.Support;

/// <summary>What a browser without Playwright is told to do with the page.</summary>
static class PageScript
{
    /// <summary>Replays a file at once. Gives the page's last line, a line break, and each detection in a line: label, score and time with spaces between.</summary>
    /// <param name="file">JavaScript that gives the file's bytes, or a promise of them.</param>
    /// <param name="name">The file's name.</param>
    public static string Replay(string file, string name) => $$"""
        (async () => {
          const status = document.getElementById("status");
          const until = async (holds) => {
            for (let i = 0; i < 3_000 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 100));
            if (!holds()) throw new Error(`the page says: ${status.textContent}`);
          };
          await until(() => status.textContent.startsWith("Press") || status.textContent.startsWith("Replayed"));
          document.getElementById("pace").value = "once";
          const transfer = new DataTransfer();
          transfer.items.add(new File([await {{file}}], "{{name}}"));
          const input = document.getElementById("file");
          input.files = transfer.files;
          input.dispatchEvent(new Event("change"));
          await until(() => status.textContent.startsWith("Replayed") || status.classList.contains("warning"));
          const rows = [...document.querySelectorAll("#detections li")].reverse().map(({ dataset: { label, score, time } }) => `${label} ${score} ${time}`);
          return [status.textContent, ...rows].join("\n");
        })()
        """;

    /// <summary>Bytes of a file of the page's own host.</summary>
    public static string Fetched(string address) => $"(await fetch(\"{address}\")).arrayBuffer()";

    /// <summary>The rows that detections should be.</summary>
    public static IEnumerable<string> Rows(IEnumerable<Detection> detections) => detections.Select(one => FormattableString.Invariant($"{one.Label} {one.Score} {one.Time.TotalSeconds}"));
}
