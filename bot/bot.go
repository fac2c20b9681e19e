package bot

func deepLink(username, code string) string { return "https://t.me/" + username + "?start=" + code }
